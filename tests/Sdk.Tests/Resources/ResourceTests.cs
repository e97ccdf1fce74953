using Pulumi;
using Pulumirpc;
using Scalelab.Sdk.Tests.Fakes;

namespace Scalelab.Sdk.Tests.Resources;

[Collection(EnvironmentCollection.Name)]
public sealed class ResourceTests
{
    private const string ThingType = "test:index:Thing";

    [Fact]
    public async Task Register_ChildOfComponent_InheritsParentProviderAndProtection()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() =>
        {
            var provider = new TestProvider("provider");
            var component = new ComponentResource(
                "test:index:Component", "component", new ComponentResourceOptions { Providers = { provider }, Protect = true });
            _ = new Thing("child", options: new CustomResourceOptions { Parent = component });
        });

        var child = engine.Resource("child");
        Assert.Equal(FakeEngine.UrnOf("test:index:Component", "component"), child.Parent);
        Assert.Equal($"{FakeEngine.UrnOf("pulumi:providers:test", "provider")}::provider-id", child.Provider);
        Assert.True(child.Protect);
        Assert.False(engine.Resource("provider").HasProtect);
    }

    [Fact]
    public async Task Register_PreviewOfNewProvider_SendsItsIdAsUnknown()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.IsPreview = true;
        await engine.RunToSuccessAsync(() => _ = new Thing(
            "thing", options: new CustomResourceOptions { Provider = new TestProvider("provider") }));

        Assert.EndsWith("::04da6b54-80e4-46f7-96ec-b56ff0331ba9", engine.Resource("thing").Provider, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_DependsOnComponent_DependsOnItsCustomResources()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() =>
        {
            var outer = new ComponentResource("test:index:Component", "outer");
            var inner = new ComponentResource("test:index:Component", "inner", new ComponentResourceOptions { Parent = outer });
            var first = new Thing("first", options: new CustomResourceOptions { Parent = inner });
            _ = new Thing("below", options: new CustomResourceOptions { Parent = first });
            _ = new Thing("last", options: new CustomResourceOptions { DependsOn = outer });
        });

        Assert.Equal([FakeEngine.UrnOf(ThingType, "first")], engine.Resource("last").Dependencies);
    }

    [Fact]
    public async Task Register_EveryOption_IsSent()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() =>
        {
            var other = new Thing("other");
            _ = new Thing("thing", options: new CustomResourceOptions
            {
                Version = "1.2.3",
                PluginDownloadURL = "https://example.org",
                IgnoreChanges = { "text" },
                ReplaceOnChanges = { "number" },
                HideDiffs = { "list" },
                AdditionalSecretOutputs = { "part" },
                ImportId = "existing",
                DeleteBeforeReplace = true,
                RetainOnDelete = true,
                Protect = false,
                DeletedWith = other,
                ReplaceWith = other,
                ReplacementTrigger = "v1",
                CustomTimeouts = new CustomTimeouts { Create = TimeSpan.FromSeconds(90) },
                EnvVarMappings = { ["A"] = "B" },
            });
        });

        var urn = FakeEngine.UrnOf(ThingType, "other");
        var thing = engine.Resource("thing");
        Assert.Equal("1.2.3", thing.Version);
        Assert.Equal("https://example.org", thing.PluginDownloadURL);
        Assert.Equal(["text"], thing.IgnoreChanges);
        Assert.Equal(["number"], thing.ReplaceOnChanges);
        Assert.Equal(["list"], thing.HideDiffs);
        Assert.Equal(["part"], thing.AdditionalSecretOutputs);
        Assert.Equal("existing", thing.ImportId);
        Assert.Equal((true, true), (thing.DeleteBeforeReplaceDefined, thing.DeleteBeforeReplace));
        Assert.True(thing.RetainOnDelete);
        Assert.Equal((true, false), (thing.HasProtect, thing.Protect));
        Assert.Equal(urn, thing.DeletedWith);
        Assert.Equal([urn], thing.ReplaceWith);
        Assert.Equal("v1", thing.ReplacementTrigger.StringValue);
        Assert.Equal("90000000000ns", thing.CustomTimeouts.Create);
        Assert.Equal("B", thing.EnvVarMappings["A"]);
        Assert.True(thing.AcceptSecrets && thing.AcceptResources && thing.SupportsResultReporting);
        Assert.False(engine.Resource("other").DeleteBeforeReplaceDefined);
    }

    [Fact]
    public async Task Register_OptionTheEngineLacks_FailsWithItsName()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.Features.Remove("deletedWith");
        await engine.RunAsync(() => Deployment.RunAsync(
            () => { _ = new Thing("thing", options: new CustomResourceOptions { DeletedWith = new Thing("other") }); }));

        Assert.Contains("DeletedWith", Assert.Single(engine.Logs).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_Aliases_AreSentAsGiven()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => _ = new Thing("thing", options: new CustomResourceOptions
        {
            Aliases =
            {
                new Pulumi.Alias { Urn = "urn:pulumi:s::p::t::n" },
                new Pulumi.Alias { Name = "before", NoParent = true },
                new Pulumi.Alias { Type = "test:index:Old", ParentUrn = "urn:pulumi:s::p::t::parent" },
            },
        }));

        Assert.Equal(
            [
                new Pulumirpc.Alias { Urn = "urn:pulumi:s::p::t::n" },
                new Pulumirpc.Alias { Spec = new Pulumirpc.Alias.Types.Spec { Name = "before", NoParent = true } },
                new Pulumirpc.Alias { Spec = new Pulumirpc.Alias.Types.Spec { Type = "test:index:Old", ParentUrn = "urn:pulumi:s::p::t::parent" } },
            ],
            engine.Resource("thing").Aliases);
    }

    [Fact]
    public async Task Register_Transformations_RunFromTheResourceToTheStack()
    {
        var order = new List<string>();
        ResourceTransformation Named(string name)
            => args =>
            {
                if (args.Args is ThingArgs thing)
                {
                    order.Add(name);
                    thing.Text = name;
                }

                return new ResourceTransformationResult(args.Args, args.Options);
            };
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunAsync(() => Deployment.RunAsync(
            () =>
            {
                var component = new ComponentResource(
                    "test:index:Component", "component", new ComponentResourceOptions { ResourceTransformations = { Named("component") } });
                _ = new Thing("thing", options: new CustomResourceOptions { Parent = component, ResourceTransformations = { Named("own") } });
                return Task.FromResult<IDictionary<string, object?>>(new Dictionary<string, object?>());
            },
            new StackOptions { ResourceTransformations = { Named("stack") } }));

        Assert.Equal(["own", "component", "stack"], order);
        Assert.Equal("stack", engine.Resource("thing").Object.Fields["text"].StringValue);
    }

    [Fact]
    public async Task Read_ById_AsksWithoutRegistering()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => _ = new Thing("thing", options: new CustomResourceOptions { Id = "existing" }));

        Assert.Equal("existing", Assert.Single(engine.Reads).Id);
        Assert.DoesNotContain(engine.Resources, resource => resource.Name == "thing");
    }

    [Fact]
    public async Task StackReference_Output_IsSecretOnlyWhereItWas()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.AnswerRead = _ => Google.Protobuf.WellKnownTypes.Struct.Parser.ParseJson("""
            {
              "name":"organization/project/other",
              "outputs":{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","value":{"url":"open","token":"hush"}},
              "secretOutputNames":["token"]
            }
            """);
        var exitCode = await engine.RunAsync(() => Deployment.RunAsync(async () =>
        {
            var reference = new StackReference("organization/project/other");
            Assert.Equal("open", await reference.RequireValueAsync("url"));
            Assert.Null(await reference.GetValueAsync("none"));
            Assert.True(await Output.IsSecretAsync(reference.RequireOutput("token")));
            Assert.Equal("hush", (await reference.GetOutputDetailsAsync("token")).SecretValue);
            await Assert.ThrowsAsync<InvalidOperationException>(() => reference.GetValueAsync("token"));
        }));

        Assert.True(exitCode == 0, string.Join("\n", engine.Logs.Select(log => log.Message)));
        Assert.Equal(("pulumi:pulumi:StackReference", "organization/project/other"), (engine.Reads.Single().Type, engine.Reads.Single().Id));
    }

    [Fact]
    public async Task Component_RegisterOutputs_ShowsItsOutputProperties()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => _ = new Site("site"));

        var outputs = engine.Outputs.Single(request => request.Urn == FakeEngine.UrnOf("test:index:Site", "site")).Outputs;
        Assert.Equal(["address"], outputs.Fields.Keys);
        Assert.Equal("http://localhost", outputs.Fields["address"].StringValue);
    }

    [Fact]
    public async Task Register_SkippedByTheEngine_HasUnknownOutputs()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.Answer = request => request.Name == "thing"
            ? new RegisterResourceResponse { Urn = FakeEngine.UrnOf(ThingType, "thing"), Result = Result.Skip } : null;
        await engine.RunAsync(() => Deployment.RunAsync(
            async () => Assert.Equal(Taints.Unknown(dependencies: "thing"), await Taints.OfAsync(new Thing("thing").Text))));

        Assert.Empty(engine.Logs);
    }

    private sealed class Site : ComponentResource
    {
        public Site(string name)
            : base("test:index:Site", name)
        {
            Address = Output.Create("http://localhost");
            RegisterOutputs();
        }

        [Output("address")]
        public Output<string> Address { get; private set; }
    }
}
