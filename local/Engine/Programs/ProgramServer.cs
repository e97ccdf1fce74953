using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Scalelab.Engine.Programs;

/// <summary>
/// Serves the program Pulumi's two services on a loopback port of its own: HTTP/2 in clear, messages up to 400 MB. The port is open from the
/// beginning, so that the program can start while the server does: who calls before it runs, waits.
/// </summary>
internal sealed class ProgramServer : IAsyncDisposable
{
    public const int MaxMessageSize = 400 * 1024 * 1024;

    private const int Backlog = 128;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private WebApplication? _host;

    public ProgramServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(Backlog);
        Address = _listener.LocalEndPoint!.ToString()!;
    }

    /// <summary><c>127.0.0.1:PORT</c>.</summary>
    public string Address { get; }

    /// <summary>Begins to answer. To be called once.</summary>
    /// <param name="monitor">Null for callers that register nothing.</param>
    /// <param name="engine">The engine's log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartAsync(MonitorService? monitor, EngineService engine, CancellationToken cancellationToken)
    {
        // Empty: neither configuration files nor environment variables of the surroundings have a say in this server.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.CreateBoundListenSocket = _ => _listener).ConfigureKestrel(kestrel =>
        {
            kestrel.Listen((IPEndPoint)_listener.LocalEndPoint!, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Limits.MaxRequestBodySize = MaxMessageSize;
        });
        if (monitor is not null)
        {
            builder.Services.AddSingleton(monitor);
        }

        builder.Services.AddSingleton(engine);
        builder.Services.AddRouting();
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = MaxMessageSize;
            grpc.MaxSendMessageSize = MaxMessageSize;
        });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        _host = builder.Build();
        if (monitor is not null)
        {
            _host.MapGrpcService<MonitorService>();
        }

        _host.MapGrpcService<EngineService>();
        await _host.StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            // Calls of a program that is gone are not waited for.
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await _host.StopAsync(now.Token);
            await _host.DisposeAsync();
        }

        _listener.Dispose();
    }

    /// <summary>The default lifetime would stop this server on Ctrl-C, in the middle of a clean stop.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
