using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pulumirpc;

namespace Scalelab.Sdk.Tests.Fakes;

/// <summary>
/// An engine on a loopback port: records what programs send, and answers resources with their inputs. Programs find it by environment
/// variables, so tests that use it run one after the other: <see cref="EnvironmentCollection"/>.
/// </summary>
internal sealed class FakeEngine : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<RegisterResourceRequest> _resources = [];

    private FakeEngine(WebApplication server)
        => _server = server;

    /// <summary>Overrides the answer to a registration; null for the usual one.</summary>
    public Func<RegisterResourceRequest, RegisterResourceResponse?> Answer { get; set; } = _ => null;

    public Func<ReadResourceRequest, Google.Protobuf.WellKnownTypes.Struct> AnswerRead { get; set; } = request => request.Properties;

    public Func<ResourceInvokeRequest, ResourceInvokeResponse> AnswerInvoke { get; set; } = _ => new ResourceInvokeResponse();

    public HashSet<string> Features { get; } = ["resourceReferences", "aliasSpecs", "deletedWith", "replaceWith", "outputValues"];

    public bool ImplementsShutdown { get; set; } = true;

    public bool WasSignalled { get; private set; }

    public IReadOnlyCollection<RegisterResourceRequest> Resources => _resources;

    public ConcurrentQueue<RegisterResourceOutputsRequest> Outputs { get; } = [];

    public ConcurrentQueue<ReadResourceRequest> Reads { get; } = [];

    public ConcurrentQueue<ResourceInvokeRequest> Invokes { get; } = [];

    /// <summary>The messages for users: without those for debugging.</summary>
    public ConcurrentQueue<LogRequest> Logs { get; } = [];

    public Dictionary<string, string> Configuration { get; } = [];

    public bool IsPreview { get; set; }

    private string Address => new Uri(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority;

    public static async Task<FakeEngine> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            System.Net.IPAddress.Loopback, port: 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(_ => new Holder());
        var server = builder.Build();
        server.MapGrpcService<FakeMonitorService>();
        server.MapGrpcService<FakeEngineService>();
        var engine = new FakeEngine(server);
        server.Services.GetRequiredService<Holder>().Engine = engine;
        await server.StartAsync();
        return engine;
    }

    /// <summary>Runs a program as the engine would start it, in this process.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAsync(Func<Task<int>> program)
    {
        using var environment = new EnvironmentScope(new Dictionary<string, string?>
        {
            ["PULUMI_MONITOR"] = Address,
            ["PULUMI_ENGINE"] = Address,
            ["PULUMI_PROJECT"] = "project",
            ["PULUMI_STACK"] = "stack",
            ["PULUMI_ORGANIZATION"] = "organization",
            ["PULUMI_DRY_RUN"] = IsPreview ? "true" : "false",
            ["PULUMI_QUERY_MODE"] = "false",
            ["PULUMI_PARALLEL"] = "16",
            ["PULUMI_CONFIG"] = JsonSerializer.Serialize(Configuration),
            ["PULUMI_CONFIG_SECRET_KEYS"] = "[]",
        });
        return await program();
    }

    /// <summary>Runs a program that is expected to succeed.</summary>
    public async Task RunToSuccessAsync(Action program)
    {
        var exitCode = await RunAsync(() => Pulumi.Deployment.RunAsync(program));
        Assert.True(exitCode == 0, $"exit code {exitCode}: {string.Join(Environment.NewLine, Logs.Select(log => log.Message))}");
    }

    public RegisterResourceRequest Resource(string name)
        => _resources.Single(resource => resource.Name == name);

    public async ValueTask DisposeAsync()
        => await _server.DisposeAsync();

    public static string UrnOf(string type, string name)
        => $"urn:pulumi:stack::project::{type}::{name}";

    internal RegisterResourceResponse Register(RegisterResourceRequest request)
    {
        _resources.Enqueue(request);
        return Answer(request) ?? new RegisterResourceResponse
        {
            Urn = UrnOf(request.Type, request.Name),
            Id = request.Custom && !IsPreview ? $"{request.Name}-id" : "",
            Object = request.Object,
        };
    }

    internal void Signal()
        => WasSignalled = true;

    internal sealed class Holder
    {
        public FakeEngine Engine { get; set; } = null!;
    }
}
