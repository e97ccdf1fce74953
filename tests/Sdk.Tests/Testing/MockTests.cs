using System.Collections.Immutable;
using Pulumi;
using Pulumi.Testing;
using Pulumi.Utilities;
using Scalelab.Sdk.Tests.Fakes;

namespace Scalelab.Sdk.Tests.Testing;

public sealed class MockTests
{
    [Fact]
    public async Task TestAsync_StackClass_ReturnsEveryResourceInOrder()
    {
        var resources = await Deployment.TestAsync<PairStack>(new Mocks(), new TestOptions { IsPreview = false });

        Assert.Equal(["project-stack", "first", "second"], resources.Select(resource => resource.GetResourceName()));
        Assert.Equal("FIRST", await OutputUtilities.GetValueAsync(((Thing)resources[1]).Text));
    }

    [Fact]
    public async Task TestAsync_Function_ReturnsItsOutputsAndResourcesWithoutTheStack()
    {
        var (resources, outputs) = await Deployment.TestAsync(
            new Mocks(), new TestOptions(), () => new Dictionary<string, object?> { ["thing"] = new Thing("thing").Id });

        Assert.Equal("thing", Assert.Single(resources).GetResourceName());
        Assert.Equal("thing-id", await OutputUtilities.GetValueAsync((Output<string>)outputs["thing"]!));
    }

    [Fact]
    public async Task TestAsync_Inputs_ReachTheMocksUnwrapped()
    {
        var mocks = new Mocks();
        await Deployment.TestAsync(mocks, new TestOptions(), () =>
        {
            _ = new Thing("thing", new ThingArgs
            {
                Text = Output.CreateSecret("hush"),
                Number = 1,
                List = new[] { "a" },
                Map = new Dictionary<string, string> { ["k"] = "v" },
                Union = OutputUtilities.CreateUnknown("unknown"),
            });
        });

        var inputs = mocks.Inputs["thing"];
        Assert.Equal(["list", "map", "number", "text"], inputs.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("hush", inputs["text"]);
        Assert.Equal(1.0, inputs["number"]);
        Assert.Equal(["a"], Assert.IsType<ImmutableArray<object>>(inputs["list"]));
        Assert.Equal("v", Assert.IsType<ImmutableDictionary<string, object>>(inputs["map"])["k"]);
    }

    [Fact]
    public async Task TestAsync_OutputNotMocked_IsUnknownInAPreview()
    {
        var resources = await Deployment.TestAsync(new Mocks(), new TestOptions(), () => { _ = new Thing("thing"); });

        Assert.False(await OutputUtilities.GetIsKnownAsync(((Thing)resources.Single()).Number));
    }

    [Fact]
    public async Task TestAsync_ProgramThrows_ThrowsWithItsMessage()
    {
        var failure = await Assert.ThrowsAsync<RunException>(() => Deployment.TestAsync(
            new Mocks(), new TestOptions(), (Action)(() => throw new InvalidOperationException("broken"))));

        Assert.Contains("broken", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TestAsync_TwoErrors_ThrowsBoth()
    {
        var failure = await Assert.ThrowsAsync<AggregateException>(() => Deployment.TestAsync(new Mocks(), new TestOptions(), () =>
        {
            Log.Error("one");
            Log.Error("two");
        }));

        Assert.Equal(["one", "two"], failure.InnerExceptions.Select(inner => inner.Message));
    }

    [Fact]
    public async Task TestAsync_Options_AreWhatTheProgramSees()
    {
        var seen = "";
        await Deployment.TestAsync(
            new Mocks(),
            new TestOptions { ProjectName = "p", StackName = "s", OrganizationName = "o", RootDirectory = "/r", IsPreview = true },
            () =>
            {
                var run = Deployment.Instance;
                seen = $"{run.ProjectName} {run.StackName} {run.OrganizationName} {run.RootDirectory} {run.IsDryRun}";
            });

        Assert.Equal("p s o /r True", seen);
    }

    [Fact]
    public async Task TestAsync_ManyAtOnce_DoNotSeeEachOther()
    {
        var stacks = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            var seen = "";
            await Deployment.TestAsync(new Mocks(), new TestOptions { StackName = $"{i}" }, async () =>
            {
                await Task.Yield();
                seen = Deployment.Instance.StackName;
            });
            return seen;
        })));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), stacks);
    }

    [Fact]
    public async Task TestAsync_ComponentOutputs_ReachTheMocks()
    {
        var mocks = new Mocks();
        await Deployment.TestAsync(mocks, new TestOptions(), () => { _ = new Site("site"); });

        Assert.Equal("http://localhost", mocks.Outputs.Single(outputs => outputs.ContainsKey("Address"))["Address"]);
    }

    [Fact]
    public async Task Invoke_Mocked_ReturnsItsAnswer()
    {
        string? answer = null;
        await Deployment.TestAsync(new Mocks(), new TestOptions(), async () =>
        {
            var result = Deployment.Instance.Invoke<ImmutableDictionary<string, object>>("test:index:get", new DictionaryInvokeArgs(
                ImmutableDictionary<string, object?>.Empty.Add("name", "n")));
            answer = (string)(await OutputUtilities.GetValueAsync(result))["called"];
        });

        Assert.Equal("test:index:get n", answer);
    }

    [Fact]
    public async Task GetResource_ByUrn_ReturnsWhatWasRegistered()
    {
        string? text = null;
        await Deployment.TestAsync(new Mocks(), new TestOptions { IsPreview = false }, async () =>
        {
            var urn = await OutputUtilities.GetValueAsync(new Thing("thing").Urn);
            text = await OutputUtilities.GetValueAsync(new Thing("again", options: new CustomResourceOptions { Urn = urn }).Text);
        });

        Assert.Equal("THING", text);
    }

    private sealed class Mocks : IMocks
    {
        public Dictionary<string, ImmutableDictionary<string, object>> Inputs { get; } = [];

        public List<Dictionary<string, object?>> Outputs { get; } = [];

        public Task<(string? id, object state)> NewResourceAsync(MockResourceArgs args)
        {
            Inputs[args.Name!] = args.Inputs;
            return Task.FromResult<(string?, object)>(
                ($"{args.Name}-id", new Dictionary<string, object> { ["text"] = args.Name!.ToUpperInvariant() }));
        }

        public Task<object> CallAsync(MockCallArgs args)
            => Task.FromResult<object>(new Dictionary<string, object> { ["called"] = $"{args.Token} {args.Args["name"]}" });

        public async Task RegisterResourceOutputs(MockRegisterResourceOutputsRequest args)
        {
            var values = new Dictionary<string, object?>();
            foreach (var (name, output) in args.Outputs)
            {
                values[name] = await OutputUtilities.GetValueAsync(output);
            }

            Outputs.Add(values);
        }
    }

    private sealed class PairStack : Stack
    {
        public PairStack()
            => _ = new Thing("second", new ThingArgs { Text = new Thing("first").Text! });
    }

    private sealed class Site : ComponentResource
    {
        public Site(string name)
            : base("test:index:Site", name)
        {
            Address = Output.Create("http://localhost");
            RegisterOutputs();
        }

        [Output]
        public Output<string> Address { get; private set; }
    }
}
