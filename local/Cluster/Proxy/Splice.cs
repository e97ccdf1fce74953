using System.Buffers;
using System.Net.Sockets;

namespace Scalelab.Cluster.Proxy;

/// <summary>Passes bytes between two connections, both ways, until both sides have ended.</summary>
internal static class Splice
{
    private const int BufferSize = 64 * 1024;

    /// <summary>The end of one direction is passed on as such, while the other goes on: HTTP clients may end their side first.</summary>
    /// <param name="answered">Told, at least once, when something has come from the server.</param>
    public static async Task RunAsync(Socket client, Socket server, Action answered, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Guard(PumpAsync(client, server, () => { }, stop.Token)), Guard(PumpAsync(server, client, answered, stop.Token)));

        // A broken direction ends the other one too.
        async Task Guard(Task pump)
        {
            try
            {
                await pump;
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }
    }

    private static async Task PumpAsync(Socket from, Socket to, Action received, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Waiting for nothing holds no buffer: idle connections cost a few hundred bytes.
            await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);
            var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            try
            {
                var count = await from.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
                received();
                if (count == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }

                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), SocketFlags.None, cancellationToken);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
