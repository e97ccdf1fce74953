using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Updates;

public sealed class ProviderChoiceTests
{
    private const string Component = "lab:index:Group";
    private const string ProviderType = "pulumi:providers:fake";

    [Fact]
    public async Task Up_WithProvidersOfAComponent_GivesThemToItsDescendants()
    {
        using var stack = new TestStack();
        var result = await stack.UpAsync(async program =>
        {
            await program.StackAsync();
            var provider = await program.RegisterAsync("west", Map(("region", "west")), type: ProviderType);
            var outer = await program.RegisterAsync("outer", type: Component, options: request =>
            {
                request.Custom = false;
                request.Providers["fake"] = ProgramClient.Reference(provider);
            });
            var inner = await program.RegisterAsync("inner", type: Component, options: request =>
            {
                request.Custom = false;
                request.Parent = outer.Urn;
            });
            var a = await program.RegisterAsync("a", options: request => request.Parent = inner.Urn);
            await program.RegisterAsync("b", options: request => request.Parent = a.Urn);
        });

        Assert.True(result.Succeeded, string.Join('\n', stack.Events.Errors));
        var west = stack.State.Resources.Single(resource => resource.Type == ProviderType);
        Assert.All(stack.State.Resources.Where(resource => resource.Urn.Name is "a" or "b"), resource => Assert.Equal($"{west.Urn}::{west.Id}", resource.Provider));
    }

    [Theory]
    [InlineData("[\"fake\"]", false)]
    [InlineData("[\"*\"]", false)]
    [InlineData("[\"aws\"]", true)]
    public async Task Up_WithoutProvider_ObeysDisableDefaultProviders(string disabled, bool succeeds)
    {
        using var stack = new TestStack($"config:\n  pulumi:disable-default-providers: '{disabled}'\n");
        var result = await stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a");
        });

        Assert.Equal(succeeds, result.Succeeded);
        Assert.Equal(succeeds, stack.Events.Errors.All(error => !error.Contains("disable-default-providers", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Up_WithConfigurationOfThePackage_GivesItToTheDefaultProvider()
    {
        using var stack = new TestStack("config:\n  fake:region: west\n") { Cloud = new FakeCloud { WhyNoDefault = "It needs a region." } };
        var result = await stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("a");
        });

        Assert.True(result.Succeeded, string.Join('\n', stack.Events.Errors));
        Assert.Equal("west", stack.State.Resources.Single(resource => resource.Type == ProviderType).Inputs["region"]);
    }

    [Fact]
    public async Task Up_WithAnotherProviderOfTheSamePlace_KeepsTheResource()
    {
        using var stack = new TestStack();
        await stack.UpAsync(program => Program(program, "first", "west"));
        var result = await stack.UpAsync(program => Program(program, "second", "west"));

        Assert.True(result.Succeeded, string.Join('\n', stack.Events.Errors));
        Assert.Equal(["create a"], stack.Cloud.Operations);
        Assert.Contains("::second::", stack.State.Resources.Single(resource => resource.Urn.Name == "a").Provider, StringComparison.Ordinal);
        Assert.Null(stack.State.FindProblem());
    }

    [Fact]
    public async Task Up_WithAnotherProviderElsewhere_ReplacesTheResource()
    {
        using var stack = new TestStack();
        await stack.UpAsync(program => Program(program, "first", "west"));
        await stack.UpAsync(program => Program(program, "second", "east"));

        Assert.Equal(["create a", "create a", "delete a"], stack.Cloud.Operations);
    }

    [Fact]
    public async Task Up_WithAnotherVersionOfThePackage_TouchesNothing()
    {
        using var stack = new TestStack();
        await stack.UpAsync(program => Versioned(program, "1.2.3"));
        var result = await stack.UpAsync(program => Versioned(program, "1.3.0"));

        Assert.True(result.Succeeded, string.Join('\n', stack.Events.Errors));
        Assert.False(result.HasChanges);
        Assert.Equal("1.3.0", stack.State.Resources.Single(resource => resource.Type == ProviderType).Inputs["version"]);

        static async Task Versioned(ProgramClient program, string version)
        {
            await program.StackAsync();
            var provider = await program.RegisterAsync("p", type: ProviderType, options: request => request.Version = version);
            await program.RegisterAsync("a", options: request => request.Provider = ProgramClient.Reference(provider));
        }
    }

    private static async Task Program(ProgramClient program, string name, string region)
    {
        await program.StackAsync();
        var provider = await program.RegisterAsync(name, Map(("region", (PropertyValue)region)), type: ProviderType);
        await program.RegisterAsync("a", options: request => request.Provider = ProgramClient.Reference(provider));
    }
}
