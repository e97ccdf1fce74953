using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Scalelab.Engine.State;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Providers.Kubernetes;

/// <summary>A stack that the CLI and the official provider deployed is taken over by its exported state, and given back.</summary>
public sealed class OfficialStateTests(TestCluster cluster) : IClassFixture<TestCluster>, IDisposable
{
    private const string AppliedBy = "pulumi-kubernetes-3f2a9c1d";
    private const string CreatedBy = "pulumi-kubernetes";

    private static readonly (string, string) ConfigMap = ("kubernetes:core/v1:ConfigMap", "settings");

    private readonly KubeStack _kube = new(cluster) { Settings = Map(("enableConfigMapMutable", "true")) };

    public void Dispose() => _kube.Dispose();

    [Theory]
    [InlineData(AppliedBy)]
    [InlineData(CreatedBy)]
    public async Task ImportAndUp_OfWhatTheOfficialProviderMade_UpdatesItInPlaceUnderItsManager(string manager)
    {
        await ImportAsync(manager);
        Declare(("a", "2"), ("c", "3"));

        await _kube.PreviewAsync();
        string[] expected = ["Update settings: data.a \"1\" => \"2\", -data.b \"1\", +data.c \"3\""];
        Assert.Equal(expected, _kube.Changes);
        await _kube.UpAsync();

        Assert.Equal(expected, _kube.Changes);
        var live = await _kube.ConfigMapAsync("settings");
        Assert.Equal(["a=2", "c=3"], live.Data.Select(entry => $"{entry.Key}={entry.Value}").Order());
        var owner = Assert.Single(live.Metadata.ManagedFields);
        Assert.Equal((manager, "Apply"), (owner.Manager, owner.Operation));
        await _kube.UpAsync();
        Assert.Empty(_kube.Changes);
    }

    [Theory]
    [InlineData(AppliedBy)]
    [InlineData(CreatedBy)]
    public async Task ImportAndPreview_OfWhatIsAsItWas_ShowsNoChange(string manager)
    {
        await ImportAsync(manager);
        Declare(("a", "1"), ("b", "1"));

        await _kube.PreviewAsync();

        Assert.Empty(_kube.Changes);
    }

    [Fact]
    public async Task ImportRefreshAndExport_OfWhatIsAsItWas_GivesBackTheSame()
    {
        var imported = await ImportAsync(AppliedBy);

        var result = await _kube.Stack.RefreshAsync();

        Assert.True(result.Succeeded, string.Join('\n', _kube.Stack.Events.Errors));
        Assert.False(result.HasChanges);
        var exported = JsonNode.Parse(Store.Export(Name, showSecrets: false).Json.Span)!;
        Assert.Equal(Sorted(imported["deployment"]!["resources"]!).ToJsonString(), Sorted(exported["deployment"]!["resources"]!).ToJsonString());
    }

    [Fact]
    public async Task Up_AfterSomebodyEditedWithKubectl_PutsItRight()
    {
        Declare(("a", "1"));
        await _kube.UpAsync();
        await _kube.Client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch("""{"data":{"a":"edited"}}""", V1Patch.PatchType.MergePatch), "settings", _kube.Namespace, fieldManager: "kubectl-edit", cancellationToken: TestContext.Current.CancellationToken);
        Declare(("a", "2"));

        await _kube.UpAsync();

        Assert.Equal("2", (await _kube.ConfigMapAsync("settings")).Data["a"]);
    }

    private StackStore Store => new(_kube.Stack.Options().Project, _kube.Stack.StateFolder, _ => null, TimeProvider.System);

    private void Declare(params (string Key, string Value)[] data) =>
        _kube.Objects[ConfigMap] = KubeStack.Named("settings", ("data", Map([.. data.Select(entry => (entry.Key, (Engine.Properties.PropertyValue)entry.Value))])));

    // The objects, and what 'pulumi stack export' says of them.
    private async Task<JsonNode> ImportAsync(string manager)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var home = await _kube.Client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = _kube.Namespace } }, fieldManager: manager, cancellationToken: cancellationToken);
        var item = new V1ConfigMap
        {
            ApiVersion = "v1",
            Kind = "ConfigMap",
            Metadata = new V1ObjectMeta { Name = "settings", NamespaceProperty = _kube.Namespace },
            Data = new Dictionary<string, string> { ["a"] = "1", ["b"] = "1" },
        };
        var inputs = JsonSerializer.SerializeToNode(JsonNode.Parse(KubernetesJson.Serialize(item)))!;
        var live = manager == CreatedBy
            ? await _kube.Client.CoreV1.CreateNamespacedConfigMapAsync(item, _kube.Namespace, fieldManager: manager, cancellationToken: cancellationToken)
            : await _kube.Client.CoreV1.PatchNamespacedConfigMapAsync(
                new V1Patch(KubernetesJson.Serialize(item), V1Patch.PatchType.ApplyPatch), "settings", _kube.Namespace, fieldManager: manager, cancellationToken: cancellationToken);
        var homeInputs = JsonNode.Parse($$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{_kube.Namespace}}"} }""")!;
        const string Stack = "urn:pulumi:dev::lab::pulumi:pulumi:Stack::lab-dev";
        const string Provider = "urn:pulumi:dev::lab::pulumi:providers:kubernetes::cluster";
        const string Home = "urn:pulumi:dev::lab::kubernetes:core/v1:Namespace::home";
        const string Id = "6c1bd4a3-6ba9-4d59-8bb7-3d6f1f4a9d11";
        var settings = new JsonObject { ["enableConfigMapMutable"] = "true", ["kubeconfig"] = _kube.Kubeconfig };
        var state = new JsonObject
        {
            ["version"] = 3,
            ["deployment"] = new JsonObject
            {
                ["manifest"] = JsonNode.Parse("""{"time":"2026-03-01T10:11:12.123456789+02:00","magic":"12f16485067e417d28666248039cc5d9176b7e24c4e20455e71f58c0be1b7a0c","version":"v3.190.0"}"""),
                ["secrets_providers"] = JsonNode.Parse("""{"type":"service","state":{"url":"https://api.pulumi.com","owner":"o","project":"lab","stack":"dev"} }"""),
                ["resources"] = new JsonArray(
                    new JsonObject { ["urn"] = Stack, ["custom"] = false, ["type"] = "pulumi:pulumi:Stack", ["created"] = "2026-03-01T08:11:12.1Z", ["modified"] = "2026-03-01T08:11:12.1Z", ["sourcePosition"] = "project:///Program.cs#3,1" },
                    new JsonObject { ["urn"] = Provider, ["custom"] = true, ["id"] = Id, ["type"] = "pulumi:providers:kubernetes", ["inputs"] = settings.DeepClone(), ["outputs"] = settings, ["parent"] = Stack },
                    Resource(Home, _kube.Namespace, homeInputs, home, []),
                    Resource("urn:pulumi:dev::lab::kubernetes:core/v1:ConfigMap::settings", $"{_kube.Namespace}/settings", inputs, live, [Home])),
                ["metadata"] = new JsonObject(),
            },
        };
        await Store.ImportAsync(Name, JsonSerializer.SerializeToUtf8Bytes(state), force: false);
        return state;

        JsonObject Resource(string urn, string id, JsonNode declared, IKubernetesObject<V1ObjectMeta> found, string[] dependencies)
        {
            found.Metadata.ManagedFields = null;
            (found.ApiVersion, found.Kind) = (declared["apiVersion"]!.GetValue<string>(), declared["kind"]!.GetValue<string>());
            var outputs = JsonNode.Parse(KubernetesJson.Serialize(found))!.AsObject();
            (outputs["__inputs"], outputs["__initialApiVersion"], outputs["__fieldManager"]) = (declared.DeepClone(), "v1", manager);
            return new JsonObject
            {
                ["urn"] = urn,
                ["custom"] = true,
                ["id"] = id,
                ["type"] = urn.Split("::")[2],
                ["inputs"] = declared,
                ["outputs"] = outputs,
                ["parent"] = Stack,
                ["provider"] = $"{Provider}::{Id}",
                ["dependencies"] = new JsonArray([.. dependencies.Select(dependency => JsonValue.Create(dependency))]),
                ["propertyDependencies"] = new JsonObject { ["metadata"] = new JsonArray([.. dependencies.Select(dependency => JsonValue.Create(dependency))]) },
                ["created"] = "2026-03-01T08:11:12.345678901Z",
                ["modified"] = "2026-03-01T08:11:12.345678901Z",
            };
        }
    }

    // Empty lists and the order of keys mean nothing.
    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject map => new JsonObject(map.Where(entry => entry.Value is not JsonArray { Count: 0 }).OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(entry.Key, entry.Value is null ? null : Sorted(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(item => item is null ? null : Sorted(item))]),
        _ => node.DeepClone(),
    };
}
