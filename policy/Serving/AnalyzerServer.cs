using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Scalelab.Policy.Framework;

namespace Scalelab.Policy.Serving;

/// <summary>Runs a pack as a process that an engine started: listens on a free loopback port, prints it, and answers until it is ended.</summary>
internal static class AnalyzerServer
{
    // A stack's resources come in one message.
    private const int MaxMessageSize = 400 * 1024 * 1024;

    /// <summary>Serves until the engine is gone or <paramref name="stopping"/> is cancelled.</summary>
    /// <param name="pack">What to serve.</param>
    /// <param name="output">Gets the port on a line of its own, and nothing before it: that is how the engine learns it.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="stopping">Ends it.</param>
    public static async Task RunAsync(PolicyPack pack, TextWriter output, TimeProvider time, CancellationToken stopping)
    {
        await using var engine = new EngineWatch(time);
        await using var host = Build(new AnalyzerService(pack, engine));
        await host.StartAsync(stopping);
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        await output.WriteLineAsync(new Uri(address).Port.ToString(CultureInfo.InvariantCulture));
        await output.FlushAsync(stopping);
        try
        {
            await engine.Gone.WaitAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // That is its end.
        }

        // Calls of an engine that has ended are not waited for.
        await host.StopAsync(new CancellationToken(canceled: true));
    }

    private static WebApplication Build(AnalyzerService service)
    {
        // Empty: neither configuration files nor environment variables of the surroundings have a say, and nothing is logged to stdout.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port: 0, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Limits.MaxRequestBodySize = MaxMessageSize;
        });
        builder.Services.AddSingleton(service);
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddRouting();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = MaxMessageSize);
        var host = builder.Build();
        host.MapGrpcService<AnalyzerService>();
        return host;
    }

    /// <summary>The default lifetime would stop the server on Ctrl-C, which reaches it together with an engine that still has questions.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
