using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Policies;

/// <summary>The repository's own pack, in its own process, against a program that a test plays.</summary>
public sealed class ScalelabPackTests : IDisposable
{
    private readonly TestStack _stack = new();

    public ScalelabPackTests()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder.FullName, "policy")))
        {
            folder = folder.Parent!;
        }

        _stack.Adjust = options => options with { PolicyPacks = [new PolicyPackOptions(Path.Combine(folder.FullName, "policy"))] };
    }

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Preview_OfBadService_IsRefusedByThePack()
    {
        var result = await _stack.PreviewAsync(program => DeclareAsync(program, 80));

        Assert.False(result.Succeeded);
        Assert.Empty(_stack.Events.Errors);
        var violation = Assert.Single(result.Violations);
        Assert.Equal((PolicyLevel.Mandatory, "node-ports-in-range", "scalelab", "1.0.0"), (violation.Level, violation.Rule, violation.Pack, violation.PackVersion));
        Assert.Contains("spec.ports[0].nodePort is 80", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_OfGoodService_Passes()
    {
        var result = await _stack.PreviewAsync(program => DeclareAsync(program, 32000));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Empty(result.Violations);
    }

    private static async Task DeclareAsync(ProgramClient program, int nodePort)
    {
        await program.StackAsync();
        // A cluster that is not known yet: previews get by without.
        var cluster = await program.RegisterAsync("cluster", Map(("kubeconfig", PropertyValue.Unknown)), type: "pulumi:providers:kubernetes");
        await program.RegisterAsync(
            "front",
            Map(
                ("apiVersion", "v1"),
                ("kind", "Service"),
                ("metadata", Map(("name", "front"))),
                ("spec", Map(("ports", new ListValue([Map(("port", 80), ("nodePort", nodePort))]))))),
            type: "kubernetes:core/v1:Service",
            options: request => request.Provider = ProgramClient.Reference(cluster));
    }
}
