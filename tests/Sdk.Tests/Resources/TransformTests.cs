using System.Collections.Immutable;
using Pulumi;
using Scalelab.Sdk.Tests.Fakes;

namespace Scalelab.Sdk.Tests.Resources;

[Collection(EnvironmentCollection.Name)]
public sealed class TransformTests
{
    [Fact]
    public async Task ResourceTransforms_OfResourceParentAndStack_RunInThisOrder()
    {
        await using var engine = await FakeEngine.StartAsync();
        var exitCode = await engine.RunAsync(() => Deployment.RunAsync(
            () =>
            {
                var parent = new ComponentResource(
                    "test:index:Component", "parent", new ComponentResourceOptions { ResourceTransforms = { Append("parent") } });
                _ = new Thing(
                    "thing",
                    new ThingArgs { Text = "own" },
                    new CustomResourceOptions { Parent = parent, ResourceTransforms = { Append("self") } });
                return Task.FromResult<IDictionary<string, object?>>(new Dictionary<string, object?>());
            },
            new StackOptions { ResourceTransforms = { Append("stack") } }));

        Assert.Equal(0, exitCode);
        Assert.Equal("own self parent stack", engine.Resource("thing").Object.Fields["text"].StringValue);
    }

    [Fact]
    public async Task ResourceTransform_ThatKeepsSecret_SendsItAsSecret()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => _ = new Thing(
            "thing",
            new ThingArgs { Text = Output.CreateSecret("hidden"), Number = 1 },
            new CustomResourceOptions { ResourceTransforms = { Set("number", 2) } }));

        Wire.AssertJson(
            """
            {
              "number": 2,
              "text": { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "hidden" }
            }
            """,
            engine.Resource("thing").Object);
    }

    [Fact]
    public async Task ResourceTransform_ThatKeepsInput_KeepsItsDependencies()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() =>
        {
            var first = new Thing("first", new ThingArgs { Text = "text" });
            _ = new Thing(
                "second",
                new ThingArgs { Text = first.Text.Apply(text => text!) },
                new CustomResourceOptions { ResourceTransforms = { Set("number", 2) } });
        });

        var second = engine.Resource("second");
        Assert.Equal([FakeEngine.UrnOf("test:index:Thing", "first")], second.PropertyDependencies["text"].Urns);
        Assert.Equal([FakeEngine.UrnOf("test:index:Thing", "first")], second.Dependencies);
    }

    [Fact]
    public async Task ResourceTransform_ThatChangesOptions_SendsThem()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => _ = new Thing(
            "thing",
            new ThingArgs { Text = "text" },
            new CustomResourceOptions
            {
                ResourceTransforms =
                {
                    (args, _) => Task.FromResult<ResourceTransformResult?>(new ResourceTransformResult(
                        args.Args,
                        CustomResourceOptions.Merge((CustomResourceOptions)args.Options, new CustomResourceOptions { Protect = true }))),
                },
            }));

        Assert.True(engine.Resource("thing").Protect);
    }

    [Fact]
    public async Task InvokeTransform_ThatChangesArguments_SendsThem()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() =>
        {
            Deployment.Instance.RegisterInvokeTransform((args, _) => Task.FromResult<InvokeTransformResult?>(
                new InvokeTransformResult(args.Args.SetItem("text", "changed"), args.Options)));
            Deployment.Instance.Invoke<ImmutableDictionary<string, object>>(
                "test:index:function", new DictionaryInvokeArgs(ImmutableDictionary<string, object?>.Empty.Add("text", "own")));
        });

        Assert.Equal("changed", engine.Invokes.Single().Args.Fields["text"].StringValue);
    }

    [Fact]
    public async Task ResourceHook_AgainstAnEngine_IsRefusedWithAWayOut()
    {
        await using var engine = await FakeEngine.StartAsync();
        var exitCode = await engine.RunAsync(() => Deployment.RunAsync(() => _ = new Thing(
            "thing",
            options: new CustomResourceOptions
            {
                Hooks = { BeforeCreate = { new ResourceHook("hook", (_, _) => Task.CompletedTask) } },
            })));

        Assert.Equal(32, exitCode);
        Assert.Contains("PulumiSdk=official", engine.Logs.First().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_OfAMethod_WhereTheEngineHasNone_SaysSo()
    {
        await using var engine = await FakeEngine.StartAsync();
        var exitCode = await engine.RunAsync(() => Deployment.RunAsync(
            () => Deployment.Instance.Call("test:index:Component/method", CallArgs.Empty)));

        Assert.Equal(32, exitCode);
        Assert.Contains("test:index:Component/method", engine.Logs.First().Message, StringComparison.Ordinal);
    }

    private static ResourceTransform Set(string name, object value)
        => (args, _) => Task.FromResult<ResourceTransformResult?>(
            new ResourceTransformResult(args.Args.SetItem(name, value), args.Options));

    private static ResourceTransform Append(string word)
        => (args, _) => Task.FromResult<ResourceTransformResult?>(
            args.Type == "test:index:Thing"
                ? new ResourceTransformResult(args.Args.SetItem("text", $"{args.Args["text"]} {word}"), args.Options)
                : null);
}
