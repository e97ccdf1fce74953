using Google.Protobuf.WellKnownTypes;
using Pulumi;
using Pulumi.Utilities;
using Pulumirpc;
using Scalelab.Sdk.Tests.Fakes;

namespace Scalelab.Sdk.Tests.Serialization;

/// <summary>What goes over the wire, in Pulumi's own property encoding.</summary>
[Collection(EnvironmentCollection.Name)]
public sealed class WireTests
{
    private const string Signature = "4dabf18193072939515e22adb298388d";
    private const string SecretSignature = "1b47061264138c4ac30d75fd1eb44270";
    private const string Unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

    [Fact]
    public Task Inputs_PlainValues_AreSentAsJson()
        => AssertSentAsync(
            new ThingArgs
            {
                Text = "a",
                Number = 1,
                List = new[] { "x", "y" },
                Map = new Dictionary<string, string> { ["k"] = "v" },
                Union = 80,
                Json = """{"b":[true,null,1.5],"none":null}""",
                Part = new PartArgs { Name = "n", Size = 0.5 },
            },
            """
            {"json":{"b":[true,null,1.5],"none":null},"list":["x","y"],"map":{"k":"v"},"number":1,"part":{"name":"n","size":0.5},"text":"a","union":80}
            """);

    [Fact]
    public Task Inputs_NotGiven_AreNotSent()
        => AssertSentAsync(new ThingArgs { Text = null, Any = Output.Create(1).Apply(_ => (object)null!) }, "{}");

    [Fact]
    public Task Inputs_EmptyCollections_AreSentEmpty()
        => AssertSentAsync(new ThingArgs { List = [], Map = [] }, """{"list":[],"map":{}}""");

    [Fact]
    public Task Inputs_Secret_IsWrapped()
        => AssertSentAsync(
            new ThingArgs { Text = Output.CreateSecret("hush") },
            $$$"""{"text":{"{{{Signature}}}":"{{{SecretSignature}}}","value":"hush"}}""");

    [Fact]
    public Task Inputs_OneSecretElement_LeavesTheOthersOpen()
        => AssertSentAsync(
            new ThingArgs
            {
                List = new InputList<string> { "open", Output.CreateSecret("hush") },
                Map = new InputMap<string> { { "a", "open" }, { "b", Output.CreateSecret("hush") } },
            },
            $$$"""
            {
              "list":["open",{"{{{Signature}}}":"{{{SecretSignature}}}","value":"hush"}],
              "map":{"a":"open","b":{"{{{Signature}}}":"{{{SecretSignature}}}","value":"hush"}}
            }
            """);

    [Fact]
    public Task Inputs_OneUnknownElement_LeavesTheOthersKnown()
        => AssertSentAsync(
            new ThingArgs
            {
                Text = OutputUtilities.CreateUnknown(""),
                List = new InputList<string> { "known", OutputUtilities.CreateUnknown("") },
                Union = Output.Create("text"),
            },
            $$$"""{"list":["known","{{{Unknown}}}"],"text":"{{{Unknown}}}","union":"text"}""");

    [Fact]
    public Task Inputs_UnknownSecret_IsSentAsUnknown()
        => AssertSentAsync(
            new ThingArgs { Text = Output.CreateSecret(OutputUtilities.CreateUnknown("")) }, $$$"""{"text":"{{{Unknown}}}"}""");

    [Fact]
    public Task Inputs_Assets_AreSentBySource()
        => AssertSentAsync(
            new ThingArgs
            {
                Asset = new AssetArchive(new Dictionary<string, AssetOrArchive>
                {
                    ["file"] = new FileAsset("./a.txt"),
                    ["text"] = new StringAsset("content"),
                    ["folder"] = new FileArchive("./b"),
                }),
            },
            $$$"""
            {"asset":{
              "{{{Signature}}}":"0def7320c3a5731c473e5ecbe6d01bc7",
              "assets":{
                "file":{"{{{Signature}}}":"c44067f5952c0a294b673a41bacd8c17","path":"./a.txt"},
                "folder":{"{{{Signature}}}":"0def7320c3a5731c473e5ecbe6d01bc7","path":"./b"},
                "text":{"{{{Signature}}}":"c44067f5952c0a294b673a41bacd8c17","text":"content"}
              }
            }}
            """);

    [Fact]
    public Task Inputs_AskedForAsJson_AreSentAsText()
        => AssertSentAsync(
            new ThingArgs { Settings = new PartArgs { Name = "n", Size = 2 } }, """{"settings":"{ \"name\": \"n\", \"size\": 2 }"}""");

    [Fact]
    public async Task Inputs_Resource_IsSentAsReferenceAndDependency()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() =>
        {
            var first = new Thing("first");
            _ = new Thing("second", new ThingArgs { Any = first, Text = first.Text.Apply(_ => "x"), Number = 1 });
        });

        var urn = FakeEngine.UrnOf("test:index:Thing", "first");
        var second = engine.Resource("second");
        Wire.AssertJson(
            $$$"""
            {
              "any":{"{{{Signature}}}":"5cf8f73096256a8f31e491e813e4eb8e","urn":"{{{urn}}}","id":"first-id"},
              "number":1,
              "text":"x"
            }
            """,
            second.Object);
        Assert.Equal([urn], second.Dependencies);
        Assert.Equal([urn], second.PropertyDependencies["any"].Urns);
        Assert.Equal([urn], second.PropertyDependencies["text"].Urns);
        Assert.Empty(second.PropertyDependencies["number"].Urns);
    }

    [Fact]
    public async Task Inputs_EngineWithoutReferences_GetsTheId()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.Features.Clear();
        await engine.RunToSuccessAsync(() => _ = new Thing("second", new ThingArgs { Any = new Thing("first") }));

        Wire.AssertJson("""{"any":"first-id"}""", engine.Resource("second").Object);
    }

    [Fact]
    public async Task Inputs_RequiredOneMissing_FailsWithItsName()
    {
        await using var engine = await FakeEngine.StartAsync();
        var exitCode = await engine.RunAsync(() => Deployment.RunAsync(
            () => { _ = new Thing("thing", new ThingArgs { Part = new PartArgs() }); }));

        Assert.Equal(32, exitCode);
        Assert.Contains("'Name'", Assert.Single(engine.Logs).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inputs_UnsupportedType_FailsWithItsPath()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunAsync(() => Deployment.RunAsync(() => { _ = new Thing("thing", new ThingArgs { Any = new List<object> { 1L } }); }));

        Assert.Contains("thing.any[0]", Assert.Single(engine.Logs).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RemoteComponent_InputsWithTaints_AreSentAsOutputs()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() =>
        {
            var first = new Thing("first", new ThingArgs { Text = "x" });
            _ = new ComponentResource(
                "test:index:Remote", "remote", new ThingArgs { Text = Output.CreateSecret(first.Text!)!, Number = 1 }, remote: true);
        });

        Wire.AssertJson(
            $$$"""
            {
              "number":1,
              "text":{
                "{{{Signature}}}":"d0e6a833031e9bbcd3f4e8bde6ca49a4",
                "value":"x",
                "secret":true,
                "dependencies":["{{{FakeEngine.UrnOf("test:index:Thing", "first")}}}"]
              }
            }
            """,
            engine.Resource("remote").Object);
    }

    [Fact]
    public async Task Outputs_Answered_HaveTheirTypesAndTaints()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.Answer = request => request.Name != "thing" ? null : new RegisterResourceResponse
        {
            Urn = "urn:pulumi:stack::project::test:index:Thing::thing",
            Id = "id",
            Object = Struct.Parser.ParseJson($$$"""
                {
                  "text":{"{{{Signature}}}":"{{{SecretSignature}}}","value":"hush"},
                  "number":2,
                  "list":["a","b"],
                  "part":{"name":"n","__internal":1},
                  "Unnamed":"{{{Unknown}}}"
                }
                """),
        };
        await RunAsync(engine, async () =>
        {
            var thing = new Thing("thing");

            Assert.Equal(Taints.Secret("hush", "thing"), await Taints.OfAsync(thing.Text));
            Assert.Equal(Taints.Known(2, "thing"), await Taints.OfAsync(thing.Number));
            Assert.Equal(["a", "b"], await OutputUtilities.GetValueAsync(thing.List));
            Assert.Equal(("n", null), await OutputUtilities.GetValueAsync(thing.Part.Apply(part => (part!.Name, part.Size))));
            Assert.Equal(Taints.Unknown(dependencies: "thing"), await Taints.OfAsync(thing.Unnamed));
            Assert.Equal(Taints.Known("id", "thing"), await Taints.OfAsync(thing.Id));
        });
    }

    [Fact]
    public async Task Outputs_OfAnotherTypeThanDeclared_WarnAndGoOn()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.Answer = request => request.Name != "thing" ? null : new RegisterResourceResponse
        {
            Urn = FakeEngine.UrnOf("test:index:Thing", "thing"),
            Object = Struct.Parser.ParseJson("""{"number":"two"}"""),
        };
        await engine.RunToSuccessAsync(() => _ = new Thing("thing"));

        var warning = Assert.Single(engine.Logs);
        Assert.Equal(LogSeverity.Warning, warning.Severity);
        Assert.Contains("Thing.number", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Outputs_NotAnswered_AreUnknownOnlyInAPreview(bool isPreview)
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.IsPreview = isPreview;
        await RunAsync(engine, async () => Assert.Equal(!isPreview, await OutputUtilities.GetIsKnownAsync(new Thing("thing").Text)));
    }

    private static async Task AssertSentAsync(ResourceArgs args, string json)
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => _ = new Thing("thing", (ThingArgs)args));

        Wire.AssertJson(json, engine.Resource("thing").Object);
    }

    private static async Task RunAsync(FakeEngine engine, Func<Task> program)
    {
        var exitCode = await engine.RunAsync(() => Deployment.RunAsync(program));
        Assert.True(exitCode == 0, string.Join(System.Environment.NewLine, engine.Logs.Select(log => log.Message)));
    }
}
