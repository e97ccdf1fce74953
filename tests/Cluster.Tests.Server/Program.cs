using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

// A server that ends properly, and no more than that: told to end it takes no connection any more, answers the requests that it has begun to
// read, and closes every other connection at once. Whatever is still sent to it then is lost.
var address = IPAddress.Parse(Environment.GetEnvironmentVariable("POD_IP") ?? "127.0.0.1");
using var stop = new CancellationTokenSource();
using var registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    stop.Cancel();
});
using var listener = new TcpListener(address, 8080);
listener.Start(512);
var connections = new List<Task>();
try
{
    while (true)
    {
        connections.Add(ServeAsync(await listener.AcceptSocketAsync(stop.Token)));
    }
}
catch (OperationCanceledException)
{
    listener.Stop();
}

await Task.WhenAll(connections);

async Task ServeAsync(Socket client)
{
    using (client)
    {
        client.NoDelay = true;
        var buffer = new byte[8192];
        try
        {
            // A busy server reads a request some time after the connection was made.
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, stop.Token);
            while (!stop.IsCancellationRequested)
            {
                var filled = 0;
                while (buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) < 0)
                {
                    var count = await client.ReceiveAsync(buffer.AsMemory(filled), filled == 0 ? stop.Token : CancellationToken.None);
                    if (count == 0)
                    {
                        return;
                    }

                    filled += count;
                }

                // What serving takes.
                await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
                await client.SendAsync(stop.IsCancellationRequested
                    ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8.ToArray()
                    : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The server ends, or the client is gone.
        }
    }
}
