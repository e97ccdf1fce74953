using System.Text.Json.Nodes;
using k8s;
using Microsoft.Extensions.Time.Testing;
using Scalelab.Engine.Events;
using Scalelab.Engine.Providers;
using Scalelab.Engine.Providers.Kubernetes;
using Scalelab.Engine.Providers.Kubernetes.Awaiting;
using Scalelab.Engine.Tests.Support;

namespace Scalelab.Engine.Tests.Providers.Kubernetes.Awaiting;

/// <summary>Against the embedded cluster, whose controllers run and which has no nodes, by a clock that the tests turn.</summary>
public sealed class AwaiterTests : IClassFixture<TestCluster>, IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly EventLog _events = new();
    private readonly string _namespace = $"t{Guid.NewGuid():n}"[..12];
    private readonly KubeConnection _connection;
    private readonly ProviderContext _context;

    public AwaiterTests(TestCluster cluster)
    {
        _connection = new KubeConnection(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig), _time);
        _context = new ProviderContext(_time, "/", new Dictionary<string, string>(), _events);
    }

    private Awaiter Awaiter => new(_connection, _context, TestStack.Thing("web"));

    public async ValueTask InitializeAsync() => await ApplyAsync($"/api/v1/namespaces/{_namespace}", """{"apiVersion":"v1","kind":"Namespace"}""");

    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task UntilReady_OfDeploymentThatNoNodeTakes_FailsWithTheReasonLongBeforeTheLimit()
    {
        var path = $"/apis/apps/v1/namespaces/{_namespace}/deployments/web";
        var applied = await ApplyAsync(path, """
            {"apiVersion":"apps/v1","kind":"Deployment","spec":{"selector":{"matchLabels":{"app":"web"}},
             "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"main","image":"web:1"}]}}}}
            """);

        var error = await Assert.ThrowsAsync<NotReadyException>(() => PassTimeAsync(Awaiter.UntilReadyAsync(path, applied, timeout: null, TestContext.Current.CancellationToken), TimeSpan.FromSeconds(1)));

        Assert.Contains("cannot be scheduled", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UntilReady_AfterItsTimeout_SaysWhatItWaitedForAndLastSaw()
    {
        var path = $"/api/v1/namespaces/{_namespace}/configmaps/settings";
        var applied = await ApplyAsync(path, """
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{"pulumi.com/waitFor":"jsonpath={.data.state}=done","pulumi.com/timeoutSeconds":"90"}},"data":{"state":"begun"}}
            """);

        var error = await Assert.ThrowsAsync<NotReadyException>(() => PassTimeAsync(Awaiter.UntilReadyAsync(path, applied, timeout: null, TestContext.Current.CancellationToken), TimeSpan.FromSeconds(20)));

        Assert.Equal("not within 90 seconds; last seen: waiting for {.data.state} to be done (it is begun)", error.Message);
    }

    [Fact]
    public async Task UntilReady_OfObjectThatBecomesReady_ReturnsItAsItIsThen()
    {
        var path = $"/api/v1/namespaces/{_namespace}/configmaps/settings";
        var applied = await ApplyAsync(path, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{"pulumi.com/waitFor":"jsonpath={.data.state}=done"}}}""");
        var waiting = Awaiter.UntilReadyAsync(path, applied, timeout: null, TestContext.Current.CancellationToken);
        await _events.WaitForAsync(told => told is Progress);
        await ApplyAsync(path, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{"pulumi.com/waitFor":"jsonpath={.data.state}=done"}},"data":{"state":"done"}}""");

        Assert.Equal("done", (await waiting).Text("data", "state"));
    }

    [Fact]
    public async Task UntilReady_WithSkipAwait_ReturnsAtOnce()
    {
        var applied = JsonNode.Parse("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","annotations":{"pulumi.com/skipAwait":"true"}}}""")!.AsObject();

        Assert.Same(applied, await Awaiter.UntilReadyAsync("/nowhere/web", applied, timeout: null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task UntilReady_OfAutoscalerWithoutTarget_PassesWithAWarning()
    {
        var path = $"/apis/autoscaling/v2/namespaces/{_namespace}/horizontalpodautoscalers/web";
        var applied = await ApplyAsync(path, """
            {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","spec":{"maxReplicas":2,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"none"}}}
            """);

        await PassTimeAsync(Awaiter.UntilReadyAsync(path, applied, timeout: null, TestContext.Current.CancellationToken), TimeSpan.FromSeconds(10));

        Assert.Contains(_events.All, told => told is Diagnostic { Severity: DiagnosticSeverity.Warning });
    }

    [Fact]
    public async Task UntilGone_OfObjectThatAFinalizerKeeps_NamesTheFinalizer()
    {
        var path = $"/api/v1/namespaces/{_namespace}/configmaps/kept";
        var inputs = await ApplyAsync(path, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"finalizers":["example.org/keep"]}}""");
        await _connection.DeleteAsync(path, [], TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<ProviderException>(() => PassTimeAsync(Awaiter.UntilGoneAsync(path, inputs, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), TimeSpan.FromSeconds(10)));

        Assert.Contains("example.org/keep", error.Message, StringComparison.Ordinal);
    }

    private Task<JsonObject> ApplyAsync(string path, string body)
    {
        var item = JsonNode.Parse(body)!.AsObject();
        item["metadata"] ??= new JsonObject();
        item["metadata"]!["name"] = path[(path.LastIndexOf('/') + 1)..];
        return _connection.ApplyAsync($"{path}?fieldManager=test&force=true", item, TestContext.Current.CancellationToken);
    }

    // Turns the clock until the waiting ends by itself; the pause only lets the cluster do its part in between.
    private async Task<T> PassTimeAsync<T>(Task<T> waiting, TimeSpan step)
    {
        await _events.WaitForAsync(told => told is Progress);
        while (!waiting.IsCompleted)
        {
            await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken));
            _time.Advance(step);
        }

        return await waiting;
    }
}
