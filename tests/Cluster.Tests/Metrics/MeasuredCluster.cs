using System.Net.Http.Headers;
using System.Net.Security;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster.Tests.Node;
using Scalelab.Cluster.Tests.Node.Images;
using static Scalelab.Cluster.Tests.Node.Images.TestImage;

namespace Scalelab.Cluster.Tests.Metrics;

/// <summary>A cluster of two nodes with one pod on it that is never idle, measured ten times a second.</summary>
public sealed class MeasuredCluster : IAsyncLifetime
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly TestDeadline _deadline = new();
    private readonly TempFolder _temp = new();
    private TestRegistry _registry = null!;
    private ClusterServer _server = null!;

    /// <summary>The pod, with the labels <c>app=busy</c>.</summary>
    public V1Pod Pod { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pods are POSIX processes.");
        _registry = await TestRegistry.StartAsync(_deadline.Token);
        new TestImage { RunConfig = new { Entrypoint = new[] { "/app/run" }, WorkingDir = "/app" } }
            .Layer(File("app/run", "#!/bin/sh\n(while :; do :; done) &\nwait\n", (UnixFileMode)0b111_101_101))
            .PushTo(_registry, "lab/busy", "1");
        var options = new ClusterOptions
        {
            DataFolder = _temp.Path + "/data",
            KubeconfigPath = _temp.Path + "/kubeconfig",
            NodesFolder = _temp.Path + "/nodes",
            ApiPort = 0,
            Nodes = 2,
            MetricResolution = TimeSpan.FromMilliseconds(100),

            // Apart from those of the other tests, which run side by side with these.
            PodNetwork = "127.41",
            ServiceClusterIPRange = "127.121.0.0/16",
            LoadBalancerRange = "127.151.0.0/16",
        };
        _server = new ClusterServer(options, TimeProvider.System, NullLoggerFactory.Instance);
        await _server.StartAsync(_deadline.Token);
        var configuration = await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(new FileInfo(options.KubeconfigPath));
        Http = new HttpClient(new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=kube-apiserver" }, UseProxy = false })
        {
            BaseAddress = _server.ApiAddress,
        };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", configuration.AccessToken);

        await _server.Client!.CreateAsync(
            new V1Pod
            {
                ApiVersion = "v1",
                Kind = "Pod",
                Metadata = new V1ObjectMeta { Name = "busy", NamespaceProperty = "default", Labels = new Dictionary<string, string> { ["app"] = "busy" } },
                Spec = new V1PodSpec { TerminationGracePeriodSeconds = 0, Containers = [new V1Container { Name = "main", Image = _registry.Host + "/lab/busy:1" }] },
            },
            _deadline.Token);
        while ((await GetAsync("namespaces/default/pods/busy")).Status != 200)
        {
            await Task.Delay(Pause, TimeProvider.System, _deadline.Token);
        }

        Pod = await _server.Client.GetAsync<V1Pod>("default", "busy", _deadline.Token);
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (_server is not null)
        {
            await _server.Client!.DeleteAsync<V1Pod>("default", "busy", new V1DeleteOptions { GracePeriodSeconds = 0 }, CancellationToken.None);
            await _server.DisposeAsync();
            await _registry.DisposeAsync();
        }

        _temp.Dispose();
        _deadline.Dispose();
    }

    /// <param name="path">Below <c>/apis/metrics.k8s.io/v1beta1/</c>.</param>
    public async Task<(int Status, JsonObject Body)> GetAsync(string path, string accept = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/apis/metrics.k8s.io/v1beta1/" + path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await Http.SendAsync(request, _deadline.Token);
        return ((int)response.StatusCode, (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync(_deadline.Token))!);
    }
}
