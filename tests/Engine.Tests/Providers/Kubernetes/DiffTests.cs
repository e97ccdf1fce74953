using k8s;
using k8s.Models;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.KubeStack;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Providers.Kubernetes;

/// <summary>What a preview shows of changes to objects, and what it does not.</summary>
public sealed class DiffTests(TestCluster cluster) : IClassFixture<TestCluster>, IDisposable
{
    private static readonly (string, string) Deployment = ("kubernetes:apps/v1:Deployment", "web");
    private static readonly (string, string) ConfigMap = ("kubernetes:core/v1:ConfigMap", "settings");

    private readonly KubeStack _kube = new(cluster);

    public void Dispose() => _kube.Dispose();

    [Fact]
    public async Task Preview_OfTheSameInWords_ShowsNothing()
    {
        await UpAsync(Web("1000m", "app:1"));

        await PreviewAsync(Web("1", "app:1"));

        Assert.Empty(_kube.Changes);
    }

    [Fact]
    public async Task Preview_OfChangedFields_ShowsThemOldAndNew()
    {
        await UpAsync(Web("1000m", "app:1"));

        await PreviewAsync(Web("1500m", "app:2"));

        Assert.Equal(
            ["Update web: spec.template.spec.containers[0].image \"app:1\" => \"app:2\", spec.template.spec.containers[0].resources.requests.cpu \"1\" => \"1500m\""],
            _kube.Changes);
    }

    [Fact]
    public async Task Preview_WhereAnAutoscalerSetsTheReplicas_ShowsOnlyWhatTheProgramChanges()
    {
        await UpAsync(Web("1", "app:1"));
        await ScaleAsync(4);

        await PreviewAsync(Web("1", "app:2"));

        Assert.Equal(["Update web: spec.template.spec.containers[0].image \"app:1\" => \"app:2\""], _kube.Changes);
    }

    [Fact]
    public async Task Preview_OfReplicasLeftToAnAutoscalerThatHasSetThem_ShowsNothing()
    {
        await UpAsync(Web("1", "app:1", replicas: 1));
        await ScaleAsync(4);

        await PreviewAsync(Web("1", "app:1"));

        Assert.Empty(_kube.Changes);
    }

    [Fact]
    public async Task Preview_OfADefaultThatIsDeclaredNow_ShowsThatTheProgramOwnsItNow()
    {
        await UpAsync(Web("1", "app:1"));

        await PreviewAsync(Web("1", "app:1", pullPolicy: "IfNotPresent"));

        Assert.Equal(["Update web: +spec.template.spec.containers[0].imagePullPolicy \"IfNotPresent\""], _kube.Changes);
    }

    [Fact]
    public async Task Preview_OfARemovedField_ShowsWhatTakesItsPlace()
    {
        await UpAsync(Web("1", "app:1", replicas: 3));

        await PreviewAsync(Web("1", "app:1"));

        Assert.Equal(["Update web: spec.replicas 3 => 1"], _kube.Changes);
    }

    [Fact]
    public async Task Preview_OfAChangeBesideDrift_ShowsTheDriftToo()
    {
        _kube.Settings = Map(("enableConfigMapMutable", true));
        await UpAsync(ConfigMap, Forced(("a", "1"), ("b", "1")));
        await _kube.ApplyAsync("somebody", new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "settings" }, Data = new Dictionary<string, string> { ["a"] = "theirs" } });

        await PreviewAsync(ConfigMap, Forced(("a", "1"), ("b", "2")));

        Assert.Equal(["Update settings: data.a \"theirs\" => \"1\", data.b \"1\" => \"2\""], _kube.Changes);
    }

    [Fact]
    public async Task Preview_OfAFieldThatAnotherManagerTook_TellsTheConflictBeforeUpMeetsIt()
    {
        _kube.Settings = Map(("enableConfigMapMutable", true));
        await UpAsync(ConfigMap, Data(("a", "1")));
        await _kube.ApplyAsync("somebody", new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "settings" }, Data = new Dictionary<string, string> { ["a"] = "theirs" } });

        _kube.Objects[ConfigMap] = Data(("a", "2"));
        var result = await _kube.TryPreviewAsync();

        Assert.False(result.Succeeded);
        Assert.Contains("conflict with \"somebody\"", Assert.Single(_kube.Stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_OfWhatCannotBeChangedInPlace_ShowsAReplacementAndItsReason()
    {
        await UpAsync(ConfigMap, Data(("a", "1")));

        await PreviewAsync(ConfigMap, Data(("a", "2")));

        Assert.Equal(["DeleteReplaced settings", "Replace settings: data.a \"1\" => \"2\" (!)"], _kube.Changes);
    }

    [Fact]
    public async Task Preview_OfAFieldThatOnlyTheServerKnowsToBeImmutable_ShowsAReplacement()
    {
        _kube.Settings = Map(("enableConfigMapMutable", true));
        await UpAsync(ConfigMap, Data(("a", "1")).With("immutable", true));
        // The provider's own list looks at the new object only, and that is not immutable any more.
        await PreviewAsync(ConfigMap, Data(("a", "2")));

        Assert.Contains("(!)", Assert.Single(_kube.Changes, change => change.StartsWith("Replace settings", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_OfANewObject_KnowsWhatTheServerFillsIn()
    {
        await _kube.UpAsync();
        _kube.Objects[Deployment] = Web("1", "app:1");
        PropertyMap? outputs = null;
        _kube.Observe = (name, found) => outputs = name == "web" ? found : outputs;

        await _kube.PreviewAsync();

        Assert.Equal("RollingUpdate", ((outputs!.Find("spec") as PropertyMap)!.Find("strategy") as PropertyMap)!.FindText("type"));
        Assert.False(outputs.ContainsKey("status"));
    }

    [Fact]
    public async Task Preview_OfAnInvalidChange_FailsWithTheServersReason()
    {
        await UpAsync(Web("1", "app:1"));

        _kube.Objects[Deployment] = Web("1", "app:1", pullPolicy: "Sometimes");
        var result = await _kube.TryPreviewAsync();

        Assert.False(result.Succeeded);
        Assert.Contains("imagePullPolicy", Assert.Single(_kube.Stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_WithAnUnknownInput_ComparesTheInputs()
    {
        await UpAsync(Web("1", "app:1"));

        await PreviewAsync(Deployment, Web("1", PropertyValue.Unknown));

        Assert.Equal(["Update web: spec.template.spec.containers[0].image \"app:1\" => \"[unknown]\""], _kube.Changes);
    }

    [Fact]
    public async Task Preview_OfAKindThatDoesNotExistYet_ShowsItsCreation()
    {
        _kube.Objects[("kubernetes:example.org/v1:Thing", "thing")] = Named("thing");

        await _kube.PreviewAsync();

        Assert.Equal(["Create cluster", "Create home", "Create thing"], _kube.Changes.Where(change => change != "Create lab-dev"));
    }

    [Fact]
    public async Task Preview_OfASecret_NeverShowsItsData()
    {
        var secret = ("kubernetes:core/v1:Secret", "login");
        await UpAsync(secret, Named("login", ("stringData", Map(("password", "first-password")))));

        await PreviewAsync(secret, Named("login", ("stringData", Map(("password", "second-password")))));

        var change = Assert.Single(_kube.Changes, change => change.StartsWith("Replace login", StringComparison.Ordinal));
        Assert.Equal("Replace login: data.password \"[secret]\" => \"[secret]\" (!)", change);
        Assert.DoesNotContain("first-password", await File.ReadAllTextAsync(_kube.Stack.StatePath, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("first-password"u8), await File.ReadAllTextAsync(_kube.Stack.StatePath, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static PropertyMap Web(string cpu, PropertyValue image, int? replicas = null, string? pullPolicy = null)
    {
        var container = Map(("name", "web"), ("image", image), ("resources", Map(("requests", Map(("cpu", cpu))))));
        container = pullPolicy is null ? container : container.With("imagePullPolicy", pullPolicy);
        var spec = Map(
            ("selector", Map(("matchLabels", Map(("app", "web"))))),
            ("template", Map(("metadata", Map(("labels", Map(("app", "web"))))), ("spec", Map(("containers", new ListValue([container])))))));
        spec = replicas is { } count ? spec.With("replicas", count) : spec;
        // Nothing runs pods here.
        return Map(("metadata", Map(("name", "web"), ("annotations", Map(("pulumi.com/skipAwait", "true"))))), ("spec", spec));
    }

    private static PropertyMap Data(params (string Key, PropertyValue Value)[] data) => Named("settings", ("data", Map(data)));

    private static PropertyMap Forced(params (string Key, PropertyValue Value)[] data) =>
        Map(("metadata", Map(("name", "settings"), ("annotations", Map(("pulumi.com/patchForce", "true"))))), ("data", Map(data)));

    private Task UpAsync(PropertyMap web) => UpAsync(Deployment, web);

    private Task PreviewAsync(PropertyMap web) => PreviewAsync(Deployment, web);

    private Task UpAsync((string, string) what, PropertyMap inputs)
    {
        _kube.Objects[what] = inputs;
        return _kube.UpAsync();
    }

    private Task PreviewAsync((string, string) what, PropertyMap inputs)
    {
        _kube.Objects[what] = inputs;
        return _kube.PreviewAsync();
    }

    // What an autoscaler does: it writes to the scale subresource.
    private Task<V1Scale> ScaleAsync(int replicas) => _kube.Client.AppsV1.PatchNamespacedDeploymentScaleAsync(
        new V1Patch($$"""{"spec": {"replicas": {{replicas}} } }""", V1Patch.PatchType.MergePatch), "web", _kube.Namespace, fieldManager: "kube-controller-manager", cancellationToken: TestContext.Current.CancellationToken);
}
