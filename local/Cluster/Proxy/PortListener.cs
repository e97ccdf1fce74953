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
    private readonly Backends _backends;
    private readonly Task _accepting;
    private ImmutableArray<IPEndPoint> _endpoints;
    private int _turn = -1;

    private PortListener(Socket socket, IPEndPoint address, ImmutableArray<IPEndPoint> endpoints, Connections connections, Backends backends, TimeProvider time, ILogger logger)
    {
        _socket = socket;
        Address = address;
        _endpoints = endpoints;
        _connections = connections;
        _backends = backends;
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

    /// <summary>Which endpoint a client's connections stay with; null where each goes to the next one.</summary>
    public ClientAffinity? Affinity { get; set; }

    /// <summary>Throws <see cref="SocketException"/> when the port cannot be had.</summary>
    public static PortListener Open(IPEndPoint address, ImmutableArray<IPEndPoint> endpoints, Connections connections, Backends backends, TimeProvider time, ILogger logger)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(address);
            socket.Listen(Backlog);
            return new PortListener(socket, address, endpoints, connections, backends, time, logger);
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
                var (server, opening) = await ConnectAsync(((IPEndPoint)client.RemoteEndPoint!).Address, cancellationToken);
                if (server is not null)
                {
                    using (server)
                    using (opening)
                    {
                        await Splice.RunAsync(client, server, opening!.Dispose, cancellationToken);
                    }
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

    /// <summary>A connection to the next endpoint that takes one; nothing when none does.</summary>
    private async Task<(Socket? Server, Backends.Opening? Opening)> ConnectAsync(IPAddress client, CancellationToken cancellationToken)
    {
        var affinity = Affinity;
        var refused = new HashSet<IPEndPoint>();
        while (Next(affinity?.Find(client), refused) is { } endpoint)
        {
            // Known as open first and looked at again then: an endpoint that leaves either sees this connection, or is not taken any more.
            var opening = _backends.Open(endpoint.Address);
            if (!Endpoints.Contains(endpoint))
            {
                opening.Dispose();
                continue;
            }

            if (await ConnectAsync(endpoint, cancellationToken) is { } socket)
            {
                affinity?.Remember(client, endpoint);
                return (socket, opening);
            }

            // Just ending, or not answering: the next one may.
            opening.Dispose();
            refused.Add(endpoint);
        }

        return (null, null);
    }

    /// <summary>Where the client went before, else the next one in turn that has not refused yet; null when there is none.</summary>
    private IPEndPoint? Next(IPEndPoint? before, HashSet<IPEndPoint> refused)
    {
        var endpoints = Endpoints;
        if (before is not null && endpoints.Contains(before) && !refused.Contains(before))
        {
            return before;
        }

        for (var tries = 0; tries < endpoints.Length; tries++)
        {
            var endpoint = endpoints[(int)((uint)Interlocked.Increment(ref _turn) % (uint)endpoints.Length)];
            if (!refused.Contains(endpoint))
            {
                return endpoint;
            }
        }

        // Others may take their turns in between, so all may have been passed over by chance.
        return endpoints.FirstOrDefault(endpoint => !refused.Contains(endpoint));
    }

    private async Task<Socket?> ConnectAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
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
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
