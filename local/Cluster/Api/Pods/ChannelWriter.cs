using System.Buffers;
using System.Net.WebSockets;

namespace Scalelab.Cluster.Api.Pods;

/// <summary>Writes several channels to one WebSocket, message by message: the first byte of each names its channel. Safe to use from many tasks at once.</summary>
internal sealed class ChannelWriter(WebSocket socket) : IDisposable
{
    private const int BufferSize = 32 * 1024;

    private readonly SemaphoreSlim _sending = new(1);

    /// <summary>Sends a message that begins with its channel.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sends what a stream gives until it ends.</summary>
    public async Task CopyAsync(Stream from, byte channel, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            buffer[0] = channel;
            while (await from.ReadAsync(buffer.AsMemory(1), cancellationToken) is > 0 and var count)
            {
                await SendAsync(buffer.AsMemory(0, count + 1), cancellationToken);
            }
        }
        catch (IOException)
        {
            // A server has hung up, or nobody holds the far end of a terminal any more, of which the near end tells in this way.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _sending.Dispose();
}
