using k8s;
using k8s.Models;
using Scalelab.Engine.Properties;
using Scalelab.Engine.State;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Providers.Kubernetes;

/// <summary>An object that was made, but did not become ready, is made ready: it is not made again, and not forgotten.</summary>
public sealed class InitErrorTests(TestCluster cluster) : IClassFixture<TestCluster>, IDisposable
{
    private static readonly (string, string) Deployment = ("kubernetes:apps/v1:Deployment", "web");

    private readonly KubeStack _kube = new(cluster);

    public void Dispose() => _kube.Dispose();

    [Fact]
    public async Task Up_AfterADeploymentDidNotBecomeReady_UpdatesThatVeryDeployment()
    {
        Declare();
        Assert.False((await _kube.TryUpAsync()).Succeeded);
        var uid = (await LiveAsync()).Uid();
        Assert.Contains("not within 2 seconds", Assert.Single(Recorded.InitErrors), StringComparison.Ordinal);

        await _kube.PreviewAsync();
        Assert.Equal(["Update web"], _kube.Changes);
        await LabelAsync("yes");
        await _kube.UpAsync();

        Assert.Equal(["Update web"], _kube.Changes);
        Assert.Equal(uid, (await LiveAsync()).Uid());
        Assert.Empty(Recorded.InitErrors);
        await _kube.UpAsync();
        Assert.Empty(_kube.Changes);
    }

    [Fact]
    public async Task Destroy_AfterADeploymentDidNotBecomeReady_DeletesIt()
    {
        Declare();
        Assert.False((await _kube.TryUpAsync()).Succeeded);

        Assert.True((await _kube.Stack.DestroyAsync()).Succeeded);

        Assert.Empty((await _kube.Client.AppsV1.ListDeploymentForAllNamespacesAsync(fieldSelector: $"metadata.namespace={_kube.Namespace}", cancellationToken: TestContext.Current.CancellationToken)).Items);
    }

    private ResourceState Recorded => _kube.Stack.State.Resources.Single(resource => resource.Urn.Name == "web");

    // Its pods never run here; a label says that it is ready.
    private void Declare()
    {
        var labels = Map(("app", "web"));
        _kube.Objects[Deployment] = Map(
            ("metadata", Map(("name", "web"), ("annotations", Map(("pulumi.com/waitFor", "jsonpath={.metadata.labels.ready-when}=yes"), ("pulumi.com/timeoutSeconds", "2"))))),
            ("spec", Map(
                ("selector", Map(("matchLabels", labels))),
                ("template", Map(
                    ("metadata", Map(("labels", labels))),
                    ("spec", Map(("containers", new ListValue([Map(("name", "web"), ("image", "web:1"))])))))))));
    }

    private Task<V1Deployment> LiveAsync() => _kube.Client.AppsV1.ReadNamespacedDeploymentAsync("web", _kube.Namespace, cancellationToken: TestContext.Current.CancellationToken);

    private Task<V1Deployment> LabelAsync(string value) => _kube.Client.AppsV1.PatchNamespacedDeploymentAsync(
        new V1Patch($$"""{"metadata":{"labels":{"ready-when":"{{value}}"} } }""", V1Patch.PatchType.MergePatch),
        "web",
        _kube.Namespace,
        fieldManager: "somebody",
        cancellationToken: TestContext.Current.CancellationToken);
}
