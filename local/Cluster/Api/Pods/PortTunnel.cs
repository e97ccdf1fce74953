using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Scalelab.Cluster.Api.Pods;

/// <summary>
/// Connections to ports of one address over one WebSocket: the first byte of each message names a channel, two for each port, one for its data
/// and one for what went wrong. The first message on each tells its port.
/// </summary>
internal sealed class PortTunnel(WebSocket socket, string address, IReadOnlyList<ushort> ports) : IDisposable
{
    /// <summary>So many pairs of channels a byte can tell apart.</summary>
    public const int MaximumPorts = 128;

    private const int BufferSize = 32 * 1024;

    private readonly ChannelWriter _channels = new(socket);
    private readonly Dictionary<int, TcpClient> _connections = [];

    /// <summary>Returns when every connection has ended, or when the client has gone.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            for (var index = 0; index < ports.Count; index++)
            {
                await OpenAsync(index, gone.Token);
            }

            var receiving = ReceiveAsync(gone);
            await Task.WhenAll(_connections.Select(connection => _channels.CopyAsync(connection.Value.GetStream(), (byte)(2 * connection.Key), gone.Token)));
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, gone.Token);
            await gone.CancelAsync();
            await receiving;
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The client has gone, and its connections go with it.
        }
    }

    public void Dispose()
    {
        foreach (var connection in _connections.Values)
        {
            connection.Dispose();
        }

        _channels.Dispose();
    }

    private async Task OpenAsync(int index, CancellationToken cancellationToken)
    {
        var greeting = new byte[3];
        BinaryPrimitives.WriteUInt16LittleEndian(greeting.AsSpan(1), ports[index]);
        for (var channel = 2 * index; channel <= (2 * index) + 1; channel++)
        {
            greeting[0] = (byte)channel;
            await _channels.SendAsync(greeting, cancellationToken);
        }

        var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(IPAddress.Parse(address), ports[index], cancellationToken);
            _connections.Add(index, connection);
        }
        catch (SocketException exception)
        {
            connection.Dispose();
            await _channels.SendAsync((byte[])[(byte)((2 * index) + 1), .. Encoding.UTF8.GetBytes($"error forwarding port {ports[index]} to {address}: {exception.Message}")], cancellationToken);
        }
    }

    private async Task ReceiveAsync(CancellationTokenSource gone)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int? channel = null;
            while (await socket.ReceiveAsync(buffer.AsMemory(), gone.Token) is { MessageType: not WebSocketMessageType.Close } received)
            {
                var content = buffer.AsMemory(0, received.Count);
                if (channel is null && content.Length > 0)
                {
                    channel = content.Span[0];
                    content = content[1..];
                }

                if (channel is { } number && number % 2 == 0 && content.Length > 0 && _connections.TryGetValue(number / 2, out var connection))
                {
                    await connection.GetStream().WriteAsync(content, gone.Token);
                }

                channel = received.EndOfMessage ? null : channel;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException)
        {
            // Ended from either side.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await gone.CancelAsync();
        }
    }
}
