using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Scalelab.Engine.Programs;

/// <summary>Serves the program Pulumi's two services on a loopback port of its own: HTTP/2 in clear, messages up to 400 MB.</summary>
internal sealed class ProgramServer : IAsyncDisposable
{
    public const int MaxMessageSize = 400 * 1024 * 1024;

    private readonly WebApplication _host;

    private ProgramServer(WebApplication host, string address)
    {
        _host = host;
        Address = address;
    }

    /// <summary><c>127.0.0.1:PORT</c>.</summary>
    public string Address { get; }

    /// <param name="monitor">Null for callers that register nothing.</param>
    /// <param name="engine">The engine's log.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ProgramServer> StartAsync(MonitorService? monitor, EngineService engine, CancellationToken cancellationToken)
    {
        // Empty: neither configuration files nor environment variables of the surroundings have a say in this server.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port: 0, listen => listen.Protocols = HttpProtocols.Http2);
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
        var host = builder.Build();
        if (monitor is not null)
        {
            host.MapGrpcService<MonitorService>();
        }

        host.MapGrpcService<EngineService>();
        await host.StartAsync(cancellationToken);
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new ProgramServer(host, new Uri(address).Authority);
    }

    public async ValueTask DisposeAsync()
    {
        // Calls of a program that is gone are not waited for.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _host.StopAsync(now.Token);
        await _host.DisposeAsync();
    }

    /// <summary>The default lifetime would stop this server on Ctrl-C, in the middle of a clean stop.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
