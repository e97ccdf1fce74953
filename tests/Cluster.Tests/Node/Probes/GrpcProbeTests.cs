using System.Net;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Node.Probes;

namespace Scalelab.Cluster.Tests.Node.Probes;

/// <summary>The probe against a server that speaks gRPC's framing by hand, so that both sides cannot be wrong in the same way.</summary>
public sealed class GrpcProbeTests : IAsyncLifetime
{
    private WebApplication _server = null!;
    private byte[] _asked = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        _server = builder.Build();
        _server.MapPost("/grpc.health.v1.Health/Check", AnswerAsync);
        await _server.StartAsync(Stop);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Ask_ServerThatServes_IsHealthy()
    {
        var answer = await AskAsync(service: null);

        Assert.Equal(ProbeOutcome.Success, answer.Outcome);
        Assert.Equal([0, 0, 0, 0, 0], _asked);
    }

    [Fact]
    public async Task Ask_ServiceThatDoesNotServe_SaysWhatItAnswered()
    {
        var answer = await AskAsync("sick");

        Assert.Equal((ProbeOutcome.Failure, "service unhealthy (responded with \"NOT_SERVING\")"), (answer.Outcome, answer.Output));
        Assert.Equal([0, 0, 0, 0, 6, 0x0a, 4, .. "sick"u8], _asked);
    }

    [Fact]
    public async Task Ask_ServerWithoutTheProtocol_SaysSo()
    {
        var answer = await AskAsync("other");

        Assert.Equal(ProbeOutcome.Failure, answer.Outcome);
        Assert.StartsWith("error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_ServerThatIsSilent_TimesOut()
    {
        using var limit = new CancellationTokenSource();
        var asked = AskAsync("silent", limit.Token);
        await limit.CancelAsync();

        Assert.Equal("timeout: health rpc did not complete within 1s", (await asked).Output);
    }

    [Fact]
    public async Task Ask_NobodyThere_Fails()
    {
        await _server.StopAsync(Stop);

        var answer = await GrpcProbe.AskAsync("127.0.0.1", new V1GRPCAction { Port = 1 }, TimeSpan.FromSeconds(1), Stop);

        Assert.Equal(ProbeOutcome.Failure, answer.Outcome);
        Assert.StartsWith("error: health rpc probe failed: ", answer.Output, StringComparison.Ordinal);
    }

    private Task<ProbeAnswer> AskAsync(string? service, CancellationToken? stop = null)
    {
        var address = _server.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return GrpcProbe.AskAsync("127.0.0.1", new V1GRPCAction { Port = new Uri(address).Port, Service = service }, TimeSpan.FromSeconds(1), stop ?? Stop);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _asked = body.ToArray();
        var service = System.Text.Encoding.UTF8.GetString(_asked.AsSpan(Math.Min(7, _asked.Length)));
        context.Response.ContentType = "application/grpc";
        switch (service)
        {
            case "silent":
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            case "other":
                context.Response.AppendTrailer("grpc-status", "12");
                return;
            default:
                await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 0x08, service == "sick" ? (byte)2 : (byte)1 }, context.RequestAborted);
                context.Response.AppendTrailer("grpc-status", "0");
                return;
        }
    }
}
