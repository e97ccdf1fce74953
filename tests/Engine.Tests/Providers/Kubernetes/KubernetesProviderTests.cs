using System.Net;
using System.Net.Sockets;
using k8s;
using k8s.Models;
using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Providers.Kubernetes;

public sealed class KubernetesProviderTests(TestCluster cluster) : IClassFixture<TestCluster>, IDisposable
{
    private const string ConfigMap = "kubernetes:core/v1:ConfigMap";

    private readonly TestStack _stack = new();
    private readonly string _namespace = $"t{Guid.NewGuid():n}"[..12];
    private readonly k8s.Kubernetes _client = new(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig));

    public void Dispose()
    {
        _client.Dispose();
        _stack.Dispose();
    }

    [Fact]
    public async Task Up_OfObjects_AppliesThemAndASecondUpTouchesNothing()
    {
        var result = await UpAsync(Data("a", "1"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal("1", (await FindAsync("settings"))!.Data["a"]);
        Assert.Contains(_stack.State.Resources, resource => resource.Id == $"{_namespace}/settings");
        Assert.False((await UpAsync(Data("a", "1"))).HasChanges);
    }

    [Fact]
    public async Task Up_WithOtherData_ReplacesTheConfigMapUnlessTheProviderSaysItIsMutable()
    {
        await UpAsync(Data("a", "1"));
        var first = await FindAsync("settings");
        await UpAsync(Data("a", "2"));
        var second = await FindAsync("settings");
        await UpAsync(Data("a", "2"), ("enableConfigMapMutable", true));
        await UpAsync(Data("b", "3"), ("enableConfigMapMutable", true));
        var third = await FindAsync("settings");

        Assert.NotEqual(first?.Uid(), second?.Uid());
        Assert.Equal(second?.Uid(), third?.Uid());
        Assert.Equal(["b"], third!.Data.Keys);
    }

    [Fact]
    public async Task Up_WithoutName_ChoosesOneAndKeepsIt()
    {
        await UpAsync(Map(("data", Map(("a", "1")))));
        var names = await NamesAsync();
        var name = Assert.Single(names);
        Assert.Matches("^settings-[0-9a-f]{8}$", name);
        Assert.False((await UpAsync(Map(("data", Map(("a", "1")))))).HasChanges);

        await UpAsync(Map(("data", Map(("a", "2")))));

        var replaced = Assert.Single(await NamesAsync());
        Assert.NotEqual(name, replaced);
    }

    [Fact]
    public async Task Up_OfObjectThatExists_IsRefused()
    {
        await _client.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = _namespace } }, cancellationToken: TestContext.Current.CancellationToken);

        var result = await UpAsync(Data("a", "1"));

        Assert.False(result.Succeeded);
        Assert.Contains($"Namespace {_namespace} exists already", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_OfInvalidObject_ShowsTheClustersReason()
    {
        var result = await UpAsync(Map(("metadata", Map(("name", "Not A Name")))));

        Assert.False(result.Succeeded);
        Assert.Contains("metadata.name", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_OfFieldThatAnotherManagerOwns_ShowsTheConflictAndWhatToDo()
    {
        await UpAsync(Data("a", "1"), ("enableConfigMapMutable", true));
        var theirs = new V1Patch("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings"},"data":{"a":"theirs"}}""", V1Patch.PatchType.ApplyPatch);
        await _client.CoreV1.PatchNamespacedConfigMapAsync(theirs, "settings", _namespace, fieldManager: "somebody", force: true, cancellationToken: TestContext.Current.CancellationToken);

        var result = await UpAsync(Data("a", "2"), ("enableConfigMapMutable", true));

        Assert.False(result.Succeeded);
        var error = Assert.Single(_stack.Events.Errors);
        Assert.Contains("conflict with \"somebody\"", error, StringComparison.Ordinal);
        Assert.Contains("patchForce", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_WithIgnoredFieldOfAnotherManager_LeavesItTheirs()
    {
        await UpAsync(Data("a", "1"), ("enableConfigMapMutable", true));
        var theirs = new V1Patch("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings"},"data":{"a":"theirs"}}""", V1Patch.PatchType.ApplyPatch);
        await _client.CoreV1.PatchNamespacedConfigMapAsync(theirs, "settings", _namespace, fieldManager: "somebody", force: true, cancellationToken: TestContext.Current.CancellationToken);

        var result = await RunAsync(Map(("metadata", Map(("name", "settings"))), ("data", Map(("a", "2"), ("b", "3")))), [("enableConfigMapMutable", true)], request => request.IgnoreChanges.Add("data.a"));

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        var live = await FindAsync("settings");
        Assert.Equal(("theirs", "3"), (live!.Data["a"], live.Data["b"]));
    }

    [Fact]
    public async Task Up_OfSecret_KeepsItsDataSecretInTheState()
    {
        var result = await RunAsync(Map(("metadata", Map(("name", "login"))), ("stringData", Map(("password", "a rather long password")))), [], request => request.Type = "kubernetes:core/v1:Secret");

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        var outputs = _stack.State.Resources.Single(resource => resource.Type.EndsWith(":Secret", StringComparison.Ordinal)).Outputs;
        Assert.IsType<SecretValue>(outputs["data"]);
    }

    [Fact]
    public async Task Up_AfterTheObjectWasDeletedByHand_CanStillDestroy()
    {
        await UpAsync(Data("a", "1"));
        await _client.CoreV1.DeleteNamespacedConfigMapAsync("settings", _namespace, cancellationToken: TestContext.Current.CancellationToken);

        var result = await _stack.DestroyAsync();

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
    }

    [Fact]
    public async Task Destroy_OfObjects_WaitsUntilTheyAreGone()
    {
        await UpAsync(Data("a", "1"));

        var result = await _stack.DestroyAsync();

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        var namespaces = await _client.CoreV1.ListNamespaceAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.DoesNotContain(namespaces.Items, item => item.Name() == _namespace);
    }

    [Fact]
    public async Task Up_OfUnknownKind_SaysThatTheClusterDoesNotKnowIt()
    {
        var result = await RunAsync(Map(("apiVersion", "example.org/v1"), ("kind", "Thing")), [], request => request.Type = "kubernetes:example.org/v1:Thing");

        Assert.False(result.Succeeded);
        Assert.Contains("does not know the kind Thing of example.org/v1", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_OfObject_ReadsIt()
    {
        await UpAsync(Data("a", "1"));
        var result = await _stack.UpAsync(async program =>
        {
            var stack = await program.StackAsync();
            var provider = await ProviderAsync(program);
            var read = await program.Monitor.ReadResourceAsync(new() { Type = ConfigMap, Name = "theirs", Id = "kube-system/kube-root-ca.crt", Provider = provider, AcceptSecrets = true });
            await program.OutputsAsync(stack, Map(("kind", ProgramClient.Read(read.Properties)["kind"])));
        });

        Assert.True(result.Succeeded, string.Join('\n', _stack.Events.Errors));
        Assert.Equal("ConfigMap", result.Outputs["kind"].Value!.GetValue<string>());
    }

    [Fact]
    public async Task Up_WithoutProvider_IsRefused()
    {
        var result = await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("settings", type: ConfigMap);
        });

        Assert.False(result.Succeeded);
        Assert.Contains("explicit provider", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_OfUnreachableCluster_SaysSoOnceAndShowsWhatIsDeclared()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var result = await _stack.PreviewAsync(async program =>
        {
            await program.StackAsync();
            var provider = await program.RegisterAsync("cluster", Map(("kubeconfig", Kubeconfig(port))), "pulumi:providers:kubernetes");
            await program.RegisterAsync("settings", type: ConfigMap, options: request => request.Provider = ProgramClient.Reference(provider));
            await program.RegisterAsync("others", type: ConfigMap, options: request => request.Provider = ProgramClient.Reference(provider));
        });

        Assert.True(result.Succeeded);
        var warning = Assert.Single(_stack.Events.Warnings);
        Assert.Contains($"https://127.0.0.1:{port}", warning, StringComparison.Ordinal);
        Assert.Contains("context 'desk'", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Destroy_OfUnreachableCluster_SucceedsOnlyWithDeleteUnreachable()
    {
        var kubeconfig = Path.Combine(_stack.Folder, "kubeconfig");
        File.Copy(cluster.Kubeconfig, kubeconfig);
        await RunAsync(Data("a", "1"), [("kubeconfig", kubeconfig)]);
        await File.WriteAllTextAsync(kubeconfig, Kubeconfig(1), TestContext.Current.CancellationToken);

        Assert.False((await _stack.DestroyAsync()).Succeeded);

        File.Copy(cluster.Kubeconfig, kubeconfig, overwrite: true);
        await RunAsync(Data("a", "1"), [("kubeconfig", kubeconfig), ("deleteUnreachable", true)]);
        await File.WriteAllTextAsync(kubeconfig, Kubeconfig(1), TestContext.Current.CancellationToken);

        Assert.True((await _stack.DestroyAsync()).Succeeded);
        Assert.Contains(_stack.Events.All, told => told is Diagnostic { Severity: DiagnosticSeverity.Warning });
    }

    private static PropertyMap Data(string key, string value) => Map(("metadata", Map(("name", "settings"))), ("data", Map((key, value))));

    private static string Kubeconfig(int port) => $$"""
        apiVersion: v1
        kind: Config
        current-context: desk
        contexts: [{name: desk, context: {cluster: c, user: u} }]
        clusters: [{name: c, cluster: {server: "https://127.0.0.1:{{port}}"} }]
        users: [{name: u, user: {token: t} }]
        """;

    private async Task<string> ProviderAsync(ProgramClient program, params (string, PropertyValue)[] settings)
    {
        var config = settings.Aggregate(Map(("kubeconfig", cluster.Kubeconfig)), (map, setting) => map.With(setting.Item1, setting.Item2));
        return ProgramClient.Reference(await program.RegisterAsync("cluster", config, "pulumi:providers:kubernetes"));
    }

    private Task<UpdateResult> UpAsync(PropertyMap inputs, params (string, PropertyValue)[] settings) => RunAsync(inputs, settings);

    private Task<UpdateResult> RunAsync(PropertyMap inputs, (string, PropertyValue)[] settings, Action<Pulumirpc.RegisterResourceRequest>? options = null) => _stack.UpAsync(async program =>
    {
        await program.StackAsync();
        var provider = await ProviderAsync(program, settings);
        var home = await program.RegisterAsync("home", Map(("metadata", Map(("name", _namespace)))), "kubernetes:core/v1:Namespace", options: request => request.Provider = provider);
        var metadata = (inputs.Find("metadata") as PropertyMap ?? PropertyMap.Empty).With("namespace", _namespace);
        await program.RegisterAsync("settings", inputs.With("metadata", metadata), ConfigMap, [home.Urn], request =>
        {
            request.Provider = provider;
            options?.Invoke(request);
        });
    });

    private async Task<V1ConfigMap?> FindAsync(string name) =>
        (await _client.CoreV1.ListNamespacedConfigMapAsync(_namespace, cancellationToken: TestContext.Current.CancellationToken)).Items.FirstOrDefault(item => item.Name() == name);

    private async Task<string[]> NamesAsync() =>
        [.. (await _client.CoreV1.ListNamespacedConfigMapAsync(_namespace, cancellationToken: TestContext.Current.CancellationToken)).Items.Select(item => item.Name()).Where(name => name != "kube-root-ca.crt")];
}
