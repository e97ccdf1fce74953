using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Pulumirpc;
using Scalelab.Policy.Tests.Support;

namespace Scalelab.Policy.Tests.Serving;

/// <summary>The pack in a process of its own, asked over gRPC as an engine asks it.</summary>
public sealed class AnalyzerServiceTests : IAsyncLifetime
{
    private PackProcess _pack = null!;

    private Analyzer.AnalyzerClient Client => _pack.Client;

    public async ValueTask InitializeAsync() => _pack = await PackProcess.StartAsync();

    public ValueTask DisposeAsync() => _pack.DisposeAsync();

    [Fact]
    public async Task Analyze_AsTheCliCallsIt_AnswersWithViolations()
    {
        await Client.HandshakeAsync(new AnalyzerHandshakeRequest { EngineAddress = "", RootDirectory = "/pack", ProgramDirectory = "/pack" }, cancellationToken: Cancel);
        await Client.ConfigureStackAsync(new AnalyzerStackConfigureRequest { Stack = "dev", Project = "lab", DryRun = true, Config = { ["lab:loadBalancer"] = "false" } }, cancellationToken: Cancel);
        var info = await Client.GetAnalyzerInfoAsync(new Empty(), cancellationToken: Cancel);
        await Client.ConfigureAsync(DefaultsOf(info), cancellationToken: Cancel);
        var balanced = Request(Good.Service.With("spec.type", "LoadBalancer"));
        Assert.Empty((await Client.RemediateAsync(balanced, cancellationToken: Cancel)).Remediations);
        var violation = Assert.Single((await Client.AnalyzeAsync(balanced, cancellationToken: Cancel)).Diagnostics);

        Assert.Equal(("load-balancers-only-where-one-exists", "scalelab", "1.0.0"), (violation.PolicyName, violation.PolicyPackName, violation.PolicyPackVersion));
        Assert.Equal(EnforcementLevel.Mandatory, violation.EnforcementLevel);
        Assert.Equal(balanced.Urn, violation.Urn);
        Assert.Equal("1.0.0", (await Client.GetPluginInfoAsync(new Empty(), cancellationToken: Cancel)).Version);
        await Client.CancelAsync(new Empty(), cancellationToken: Cancel);
    }

    [Fact]
    public async Task AnalyzeStack_JudgesWhatWasDeclared_NotWhatTheClusterMadeOfIt()
    {
        var deployment = Request(Good.Deployment);
        await Client.AnalyzeAsync(deployment, cancellationToken: Cancel);
        var response = await Client.AnalyzeStackAsync(
            new AnalyzeStackRequest { Resources = { new AnalyzerResource { Type = deployment.Type, Urn = deployment.Urn, Name = deployment.Name, Properties = new Struct() } } },
            cancellationToken: Cancel);

        var violation = Assert.Single(response.Diagnostics);
        Assert.Equal("deployments-have-services", violation.PolicyName);
        Assert.Equal(deployment.Urn, violation.Urn);
    }

    [Fact]
    public async Task Analyze_WithAReason_SaysThatTheRuleDoesNotApply()
    {
        var response = await Client.AnalyzeAsync(
            Request(Good.Deployment.With("spec.template.spec.hostNetwork", true).With("metadata.annotations.policy~scalelab/privileges-need-a-reason", "it measures")),
            cancellationToken: Cancel);

        Assert.Empty(response.Diagnostics);
        Assert.Equal("it measures", Assert.Single(response.NotApplicable).Reason);
    }

    [Fact]
    public async Task Configure_ToOtherLevels_IsFollowed()
    {
        var bad = Request(Good.Deployment.With("spec.template.spec.containers[0].image", "app:latest"));
        await Client.ConfigureAsync(LevelOf("images-by-digest", EnforcementLevel.Advisory), cancellationToken: Cancel);
        Assert.Equal(EnforcementLevel.Advisory, Assert.Single((await Client.AnalyzeAsync(bad, cancellationToken: Cancel)).Diagnostics).EnforcementLevel);
        await Client.ConfigureAsync(LevelOf("images-by-digest", EnforcementLevel.Disabled), cancellationToken: Cancel);
        Assert.Empty((await Client.AnalyzeAsync(bad, cancellationToken: Cancel)).Diagnostics);
    }

    [Fact]
    public async Task Configure_WithAnUnknownRule_IsRefusedWithTheReason()
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () => await Client.ConfigureAsync(LevelOf("no-such-rule", EnforcementLevel.Advisory), cancellationToken: Cancel));

        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Contains("no rule 'no-such-rule'", error.Status.Detail, StringComparison.Ordinal);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ConfigureAnalyzerRequest LevelOf(string rule, EnforcementLevel level) => new() { PolicyConfig = { [rule] = new PolicyConfig { EnforcementLevel = level } } };

    /// <summary>The CLI fills in levels and the defaults of the schemas, and sends all of it.</summary>
    private static ConfigureAnalyzerRequest DefaultsOf(AnalyzerInfo info)
    {
        var request = new ConfigureAnalyzerRequest();
        foreach (var policy in info.Policies)
        {
            var config = new PolicyConfig { EnforcementLevel = policy.EnforcementLevel, Properties = new Struct() };
            foreach (var (name, schema) in policy.ConfigSchema?.Properties.Fields ?? [])
            {
                if (schema.StructValue.Fields.TryGetValue("default", out var fallback))
                {
                    config.Properties.Fields[name] = fallback;
                }
            }

            request.PolicyConfig[policy.Name] = config;
        }

        return request;
    }

    // Through the wire: the test speaks with the engine's messages, the pack answers with its own.
    private static AnalyzeRequest Request(Manifest manifest) => AnalyzeRequest.Parser.ParseFrom(manifest.ToRequest().ToByteArray());
}
