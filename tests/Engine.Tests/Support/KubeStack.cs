using k8s;
using k8s.Models;
using Scalelab.Engine.Properties;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Support;

/// <summary>A stack of objects in a namespace of its own on the test cluster, and the client's view of them.</summary>
internal sealed class KubeStack : IDisposable
{
    public KubeStack(TestCluster cluster)
    {
        Kubeconfig = Path.Combine(Stack.Folder, "kubeconfig");
        File.Copy(cluster.Kubeconfig, Kubeconfig);
        Client = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(Kubeconfig));
    }

    public TestStack Stack { get; } = new();

    /// <summary>The path of the stack's own copy of the kubeconfig.</summary>
    public string Kubeconfig { get; }

    public k8s.Kubernetes Client { get; }

    public string Namespace { get; } = $"t{Guid.NewGuid():n}"[..12];

    /// <summary>The provider's settings besides the kubeconfig.</summary>
    public PropertyMap Settings { get; set; } = PropertyMap.Empty;

    /// <summary>What the program declares, apart from the namespace: type, name and inputs without apiVersion, kind and namespace.</summary>
    public Dictionary<(string Type, string Name), PropertyMap> Objects { get; } = [];

    public Action<Pulumirpc.RegisterResourceRequest> Options { get; set; } = _ => { };

    /// <summary>Told each object's outputs as the program gets them.</summary>
    public Action<string, PropertyMap> Observe { get; set; } = (_, _) => { };

    public void Dispose()
    {
        Client.Dispose();
        Stack.Dispose();
    }

    /// <summary>Points the provider elsewhere without its noticing: the same path, another cluster.</summary>
    public void MoveCluster(string kubeconfig) => File.WriteAllText(Kubeconfig, kubeconfig);

    public async Task UpAsync() => Succeeded(await Stack.UpAsync(ProgramAsync));

    public Task<UpdateResult> TryUpAsync() => Stack.UpAsync(ProgramAsync);

    public async Task PreviewAsync() => Succeeded(await Stack.PreviewAsync(ProgramAsync));

    public async Task RefreshAndUpAsync() => Succeeded(await Stack.RefreshAndUpAsync(ProgramAsync));

    public Task<UpdateResult> TryPreviewAsync() => Stack.PreviewAsync(ProgramAsync);

    /// <summary>Every step but the ones that change nothing, with what they change: "Update a: spec.replicas 1 => 2".</summary>
    public IReadOnlyList<string> Changes => Stack.Events.Changes;

    public Task<V1ConfigMap> ConfigMapAsync(string name) => Client.CoreV1.ReadNamespacedConfigMapAsync(name, Namespace, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Applies an object to the namespace as another manager, by force.</summary>
    public Task ApplyAsync(string manager, V1ConfigMap item)
    {
        item.ApiVersion = "v1";
        item.Kind = "ConfigMap";
        return Client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch(KubernetesJson.Serialize(item), V1Patch.PatchType.ApplyPatch),
            item.Name(),
            Namespace,
            fieldManager: manager,
            force: true,
            cancellationToken: TestContext.Current.CancellationToken);
    }

    public static PropertyMap Named(string name, params (string Key, PropertyValue Value)[] values) => Map([("metadata", Map(("name", name))), .. values]);

    private void Succeeded(UpdateResult result) => Assert.True(result.Succeeded, string.Join('\n', Stack.Events.Errors));

    private async Task ProgramAsync(ProgramClient program)
    {
        await program.StackAsync();
        var settings = Settings.Aggregate(Map(("kubeconfig", Kubeconfig)), (map, setting) => map.With(setting.Key, setting.Value));
        var provider = ProgramClient.Reference(await program.RegisterAsync("cluster", settings, "pulumi:providers:kubernetes"));
        var home = await program.RegisterAsync("home", Map(("metadata", Map(("name", Namespace)))), "kubernetes:core/v1:Namespace", options: request => request.Provider = provider);
        foreach (var ((type, name), inputs) in Objects)
        {
            var metadata = (inputs.Find("metadata") as PropertyMap ?? PropertyMap.Empty).With("namespace", Namespace);
            var registered = await program.RegisterAsync(name, inputs.With("metadata", metadata), type, [home.Urn], request =>
            {
                request.Provider = provider;
                Options(request);
            });
            Observe(name, ProgramClient.Read(registered.Object));
        }
    }
}
