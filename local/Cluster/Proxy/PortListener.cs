using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Scalelab.Cluster.Proxy;

/// <summary>One open port: takes connections and passes them on, in turn, to its endpoints.</summary>
internal sealed class PortListener : IAsyncDisposable
{
    private const int Backlog = 512;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(10);

    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Connections _connections;
    private readonly Task _accepting;
    private ImmutableArray<IPEndPoint> _endpoints;
    private int _turn = -1;

    private PortListener(Socket socket, IPEndPoint address, ImmutableArray<IPEndPoint> endpoints, Connections connections, TimeProvider time, ILogger logger)
    {
        _socket = socket;
        Address = address;
        _endpoints = endpoints;
        _connections = connections;
        _time = time;
        _logger = logger;
        _accepting = AcceptAsync(_stop.Token);
    }

    public IPEndPoint Address { get; }

    /// <summary>Where new connections go. Those that exist stay where they are.</summary>
    public ImmutableArray<IPEndPoint> Endpoints
    {
        get => _endpoints;
        set => ImmutableInterlocked.InterlockedExchange(ref _endpoints, value);
    }

    /// <summary>Throws <see cref="SocketException"/> when the port cannot be had.</summary>
    public static PortListener Open(IPEndPoint address, ImmutableArray<IPEndPoint> endpoints, Connections connections, TimeProvider time, ILogger logger)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(address);
            socket.Listen(Backlog);
            return new PortListener(socket, address, endpoints, connections, time, logger);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _connections.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                var client = await _socket.AcceptAsync(cancellationToken);
                _connections.Run(stop => ServeAsync(client, stop));
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                _connections.Release();
                return;
            }
            catch (SocketException exception)
            {
                // One client that gave up, or no file descriptor left for the moment: neither ends the service.
                _connections.Release();
                _logger.LogDebug(exception, "{Address} could not take a connection.", Address);
                await Task.Delay(AcceptPause, _time, CancellationToken.None);
            }
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken cancellationToken)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                using var server = await ConnectAsync(cancellationToken);
                if (server is not null)
                {
                    await Splice.RunAsync(client, server, cancellationToken);
                }
                else
                {
                    // Without an endpoint a connection is reset, as a firewall's REJECT would do it.
                    client.LingerState = new LingerOption(enable: true, seconds: 0);
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                _logger.LogDebug("A connection to {Address} ended: {Reason}", Address, exception.Message);
            }
        }
    }

    /// <summary>A connection to the next endpoint that takes one; null when none does.</summary>
    private async Task<Socket?> ConnectAsync(CancellationToken cancellationToken)
    {
        var endpoints = Endpoints;
        for (var tries = 0; tries < endpoints.Length; tries++)
        {
            var endpoint = endpoints[(int)((uint)Interlocked.Increment(ref _turn) % (uint)endpoints.Length)];
            var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var limit = new CancellationTokenSource(ConnectLimit, _time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                await socket.ConnectAsync(endpoint, linked.Token);
                return socket;
            }
            catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Just ending, or not answering: the next one may.
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        return null;
    }
}
