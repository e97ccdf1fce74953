using Pulumirpc;
using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Policies;

/// <summary>Policy packs that tests play, against programs that tests play.</summary>
public sealed class PolicyHostTests : IAsyncLifetime
{
    private readonly TestStack _stack = new("config:\n  lab:size: 3\n");
    private readonly FakePack _pack = new();

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The packs of these tests are shell scripts.");
        _pack.Info.Policies.Add(new PolicyInfo { Name = "rule", EnforcementLevel = EnforcementLevel.Mandatory });
        await UseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _pack.DisposeAsync();
        _stack.Dispose();
    }

    [Fact]
    public async Task Up_OfResourceThatBreaksAMandatoryRule_DoesNothingToItAndFails()
    {
        _pack.Analyze = request => request.Name == "b" ? [FakePack.Violation("b is too large. Make it smaller.")] : [];

        var result = await _stack.UpAsync(Declare("a", "b"));

        Assert.False(result.Succeeded);
        Assert.Equal(["create a"], _stack.Cloud.Operations);
        var violation = Assert.Single(_stack.Events.All.OfType<PolicyViolated>());
        Assert.Equal((Thing("b"), PolicyLevel.Mandatory, "rule", "fake", "0.1.0", "b is too large. Make it smaller."), (violation.Urn, violation.Level, violation.Rule, violation.Pack, violation.PackVersion, violation.Message));
        Assert.Equal([violation], result.Violations);
        // The violation is the reason; nothing else is complained of.
        Assert.Empty(_stack.Events.Errors);
        Assert.DoesNotContain("analyze the stack", _pack.Calls);
    }

    [Fact]
    public async Task Preview_WithMandatoryViolations_ShowsAllOfThemAndEveryStepAndFails()
    {
        _pack.Analyze = request => request.Type == "fake:index:Thing" ? [FakePack.Violation($"{request.Name} is bad")] : [];

        var result = await _stack.PreviewAsync(Declare("a", "b"));

        Assert.False(result.Succeeded);
        Assert.Equal(["a is bad", "b is bad"], result.Violations.Select(violation => violation.Message));
        Assert.Contains("Create b", _stack.Events.Steps);
        Assert.Contains("analyze the stack", _pack.Calls);
    }

    [Fact]
    public async Task Up_WithAdvisoryViolations_ShowsThemAndSucceeds()
    {
        _pack.Analyze = request => request.Name == "a" ? [FakePack.Violation("a could be better", EnforcementLevel.Advisory)] : [];

        var result = await _stack.UpAsync(Declare("a"));

        Assert.True(result.Succeeded);
        Assert.Equal(PolicyLevel.Advisory, Assert.Single(result.Violations).Level);
    }

    [Fact]
    public async Task Up_OfChangedResource_IsJudgedBeforeTheUpdate()
    {
        await _stack.UpAsync(program => DeclareAsync(program, Map(("size", 1))));
        _pack.Analyze = request => request.Name == "a" && request.Properties.Fields["size"].NumberValue > 1 ? [FakePack.Violation("too large")] : [];

        Assert.False((await _stack.UpAsync(program => DeclareAsync(program, Map(("size", 2))))).Succeeded);
        Assert.False((await _stack.UpAsync(program => DeclareAsync(program, Map(("size", 2), ("fixed", 1))))).Succeeded);
        Assert.Equal(["create a"], _stack.Cloud.Operations);

        var again = await _stack.UpAsync(program => DeclareAsync(program, Map(("size", 1))));
        Assert.True(again.Succeeded);
        Assert.False(again.HasChanges);
    }

    [Fact]
    public async Task Up_ThatGoesOnAfterErrors_LeavesOutWhatIsRefused()
    {
        var adjust = _stack.Adjust;
        _stack.Adjust = options => adjust(options) with { ContinueOnError = true };
        _pack.Analyze = request => request.Name == "a" ? [FakePack.Violation("bad")] : [];

        var result = await _stack.UpAsync(Declare("a", "b"));

        Assert.False(result.Succeeded);
        Assert.Equal(["create b"], _stack.Cloud.Operations);
    }

    [Fact]
    public async Task AnalyzeStack_SeesWhatEverythingCameOutAs_AndFailsTheUpdate()
    {
        AnalyzeStackRequest? seen = null;
        _pack.AnalyzeStack = request =>
        {
            seen = request;
            return [FakePack.Violation("the stack is bad"), FakePack.Violation("a is alone", EnforcementLevel.Advisory, Thing("a").Value)];
        };

        var result = await _stack.UpAsync(Declare("a"));

        Assert.False(result.Succeeded);
        Assert.Equal(["create a"], _stack.Cloud.Operations);
        Assert.Equal([Urn.ForStack(Name, Project), Thing("a")], result.Violations.Select(violation => violation.Urn));
        var resource = Assert.Single(seen!.Resources, resource => resource.Type == "fake:index:Thing");
        Assert.Equal(("a", "pulumi:providers:fake"), (resource.Name, resource.Provider.Type));
        Assert.Equal(Urn.ForStack(Name, Project).Value, resource.Parent);
    }

    [Fact]
    public async Task Analyze_SeesSecretsAndUnknownsAndOptions_AndNothingInternal()
    {
        AnalyzeRequest? seen = null;
        _pack.Analyze = request =>
        {
            seen = request.Name == "a" ? request : seen;
            return [];
        };

        await _stack.PreviewAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync(
                "a",
                Map(("token", PropertyValue.Secret("hunter22")), ("of", PropertyValue.Unknown), ("__internal", 1)),
                options: request =>
                {
                    request.Protect = true;
                    request.IgnoreChanges.Add("size");
                });
        });

        var properties = WireFormat.Read(seen!.Properties);
        Assert.Equal(PropertyValue.Secret("hunter22"), properties["token"]);
        Assert.Equal(PropertyValue.Unknown, properties["of"]);
        Assert.False(properties.ContainsKey("__internal"));
        Assert.True(seen.Options.Protect);
        Assert.Equal(["size"], seen.Options.IgnoreChanges);
        Assert.Equal("pulumi:providers:fake", seen.Provider.Type);
    }

    [Fact]
    public async Task Violation_ThatQuotesASecret_IsShownWithoutIt()
    {
        _pack.Analyze = request => request.Name == "a" ? [FakePack.Violation("hunter22 is no good token")] : [];

        var result = await _stack.PreviewAsync(program => DeclareAsync(program, Map(("token", PropertyValue.Secret("hunter22")))));

        Assert.Equal("[secret] is no good token", Assert.Single(result.Violations).Message);
    }

    [Fact]
    public async Task Remediate_OfRuleAtThatLevel_ChangesTheInputsBeforeTheyAreJudged()
    {
        await UseAsync("""{ "rule": "remediate" }""");
        _pack.Remediate = request => request.Name == "a"
            ? [new Remediation { PolicyName = "rule", PolicyPackName = "fake", Properties = WireFormat.Write(Map(("size", 7)), keepSecrets: true) }]
            : [];
        double? judged = null;
        _pack.Analyze = request =>
        {
            judged = request.Name == "a" ? request.Properties.Fields["size"].NumberValue : judged;
            return [];
        };

        var result = await _stack.UpAsync(program => DeclareAsync(program, Map(("size", 1))));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal(7, judged);
        Assert.Equal(Map(("size", 7)), _stack.State.Resources.Single(resource => resource.Urn == Thing("a")).Inputs);
        Assert.False((await _stack.UpAsync(program => DeclareAsync(program, Map(("size", 1))))).HasChanges);
    }

    [Fact]
    public async Task Remediate_WithoutARuleAtThatLevel_IsNotAskedFor()
    {
        await _stack.UpAsync(Declare("a"));

        Assert.DoesNotContain("remediate a", _pack.Calls);
        Assert.Contains("analyze a", _pack.Calls);
    }

    [Fact]
    public async Task Violation_OfRuleThatShouldHaveMended_IsMandatory()
    {
        _pack.Analyze = request => request.Name == "a" ? [FakePack.Violation("still bad", EnforcementLevel.Remediate)] : [];

        Assert.False((await _stack.UpAsync(Declare("a"))).Succeeded);
        Assert.Empty(_stack.Cloud.Operations);
    }

    [Fact]
    public async Task Configure_GivesThePackStackAndCompleteConfiguration()
    {
        _pack.Info.Policies.Add(new PolicyInfo
        {
            Name = "other",
            EnforcementLevel = EnforcementLevel.Advisory,
            ConfigSchema = new PolicyConfigSchema { Properties = WireFormat.Write(Map(("lowest", Map(("type", "integer"), ("default", 3))), ("none", Map(("type", "string")))), keepSecrets: true) },
        });
        await UseAsync("""{ "all": "disabled", "other": { "enforcementLevel": "mandatory", "highest": 9 } }""");

        await _stack.PreviewAsync(Declare("a"));

        Assert.Equal((Name, Project, true, "3"), (_pack.Stack!.Stack, _pack.Stack.Project, _pack.Stack.DryRun, _pack.Stack.Config["lab:size"]));
        Assert.Equal(EnforcementLevel.Disabled, _pack.Configured!.PolicyConfig["rule"].EnforcementLevel);
        Assert.Equal(EnforcementLevel.Mandatory, _pack.Configured.PolicyConfig["other"].EnforcementLevel);
        Assert.Equal(Map(("lowest", 3), ("highest", 9)), WireFormat.Read(_pack.Configured.PolicyConfig["other"].Properties));
    }

    [Fact]
    public async Task Destroy_AsksNoPack()
    {
        await _stack.UpAsync(Declare("a"));
        var calls = _pack.Calls.Count;
        _pack.Analyze = _ => [FakePack.Violation("bad")];

        Assert.True((await _stack.DestroyAsync()).Succeeded);
        Assert.Equal(calls, _pack.Calls.Count);
    }

    private static Func<ProgramClient, Task> Declare(params string[] names) => async program =>
    {
        await program.StackAsync();
        foreach (var name in names)
        {
            await program.RegisterAsync(name, options: request => request.SupportsResultReporting = true);
        }
    };

    private static async Task DeclareAsync(ProgramClient program, PropertyMap inputs)
    {
        await program.StackAsync();
        await program.RegisterAsync("a", inputs);
    }

    private async Task UseAsync(string? config = null)
    {
        var pack = await _pack.StartAsync(config);
        _stack.Adjust = options => options with { PolicyPacks = [pack] };
    }
}
