using k8s;
using k8s.Models;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Providers.Kubernetes;

public sealed class RefreshTests(TestCluster cluster) : IClassFixture<TestCluster>, IDisposable
{
    private static readonly (string, string) ConfigMap = ("kubernetes:core/v1:ConfigMap", "settings");

    private readonly KubeStack _kube = new(cluster);

    public void Dispose() => _kube.Dispose();

    [Fact]
    public async Task Refresh_WithoutDrift_ChangesNothing()
    {
        await DeployAsync();
        var before = await StateAsync();

        var result = await _kube.Stack.RefreshAsync();

        Assert.True(result.Succeeded, string.Join('\n', _kube.Stack.Events.Errors));
        Assert.False(result.HasChanges);
        Assert.Empty(_kube.Changes);
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task Refresh_OfAChangedObject_ShowsTheChangeAndTakesItIntoTheState()
    {
        await DeployAsync();
        await MeddleAsync();

        var result = await _kube.Stack.RefreshAsync();

        Assert.True(result.HasChanges);
        Assert.Equal(["Refresh settings: data.a \"1\" => \"theirs\""], _kube.Changes);
        Assert.False((await _kube.Stack.RefreshAsync()).HasChanges);
    }

    [Fact]
    public async Task Refresh_PreviewOnly_LeavesTheStateAsItIs()
    {
        await DeployAsync();
        await MeddleAsync();
        var before = await StateAsync();

        await _kube.Stack.RefreshAsync(previewOnly: true);

        Assert.NotEmpty(_kube.Changes);
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task Up_AfterARefreshOfADeletedObject_CreatesItAnew()
    {
        await DeployAsync();
        await DeleteAsync();

        await _kube.Stack.RefreshAsync();
        Assert.Equal(["Forget settings"], _kube.Changes);
        await _kube.UpAsync();

        Assert.Equal(["Create settings"], _kube.Changes);
        Assert.Equal("1", (await _kube.ConfigMapAsync("settings")).Data["a"]);
    }

    [Fact]
    public async Task Up_ThatLooksFirst_PutsDriftRight()
    {
        await DeployAsync();
        await MeddleAsync();

        await _kube.RefreshAndUpAsync();

        Assert.Equal("1", (await _kube.ConfigMapAsync("settings")).Data["a"]);
    }

    [Theory]
    [InlineData(null, "1")]
    [InlineData(false, "theirs")]
    public async Task Up_OfAProjectThatAlwaysRefreshes_LooksFirstUnlessToldNotTo(bool? told, string expected)
    {
        await DeployAsync();
        await MeddleAsync();
        _kube.Stack.Adjust = options => options with { Project = options.Project with { RefreshesAlways = true }, Refresh = told };

        await _kube.UpAsync();

        Assert.Equal(expected, (await _kube.ConfigMapAsync("settings")).Data["a"]);
    }

    [Fact]
    public async Task Refresh_OfAClusterThatIsGone_ForgetsItsObjectsOnlyWhenAsked()
    {
        await DeployAsync();
        _kube.MoveCluster(Nowhere);

        Assert.False((await _kube.Stack.RefreshAsync()).Succeeded);
        Assert.Contains(_kube.Stack.Events.Errors, error => error.Contains("--delete-unreachable", StringComparison.Ordinal));
        Assert.Contains(_kube.Stack.State.Resources, resource => resource.Urn.Name == "settings");

        Assert.True((await _kube.Stack.RefreshAsync(deleteUnreachable: true)).Succeeded);
        Assert.DoesNotContain(_kube.Stack.State.Resources, resource => resource.Urn.Name == "settings");
    }

    [Fact]
    public async Task Refresh_OfAClusterThatRefusesTheCredentials_ForgetsNothingEvenWhenAsked()
    {
        await DeployAsync();
        _kube.MoveCluster(System.Text.RegularExpressions.Regex.Replace(await File.ReadAllTextAsync(cluster.Kubeconfig, TestContext.Current.CancellationToken), "token: .*", "token: wrong"));

        var result = await _kube.Stack.RefreshAsync(deleteUnreachable: true);

        Assert.False(result.Succeeded);
        Assert.Contains(_kube.Stack.State.Resources, resource => resource.Urn.Name == "settings");
    }

    private const string Nowhere = """
        apiVersion: v1
        kind: Config
        current-context: desk
        contexts: [{name: desk, context: {cluster: c, user: u} }]
        clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"} }]
        users: [{name: u, user: {token: t} }]
        """;

    private Task DeployAsync()
    {
        _kube.Settings = Map(("enableConfigMapMutable", true));
        _kube.Objects[ConfigMap] = Map(("metadata", Map(("name", "settings"), ("annotations", Map(("pulumi.com/patchForce", "true"))))), ("data", Map(("a", "1"))));
        return _kube.UpAsync();
    }

    private Task MeddleAsync() =>
        _kube.ApplyAsync("somebody", new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "settings" }, Data = new Dictionary<string, string> { ["a"] = "theirs" } });

    private Task<V1Status> DeleteAsync() => _kube.Client.CoreV1.DeleteNamespacedConfigMapAsync("settings", _kube.Namespace, cancellationToken: TestContext.Current.CancellationToken);

    private async Task<string> StateAsync()
    {
        var lines = await File.ReadAllLinesAsync(_kube.Stack.StatePath, TestContext.Current.CancellationToken);
        return string.Join('\n', lines.Where(line => !line.Contains("\"time\"", StringComparison.Ordinal)));
    }
}
