using System.Collections.Concurrent;
using System.Net.Sockets;
using k8s.Models;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Tests.Node.Images;
using static Scalelab.Cluster.Tests.Node.Images.TestImage;

namespace Scalelab.Cluster.Tests.Node;

/// <summary>
/// Pods come and go under load. Their server loses whatever is sent to it after it was told to end, so every request that succeeds
/// shows that it was not sent there.
/// </summary>
public sealed class RolloutTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Clients = 8;

    private NodeCluster _cluster = null!;

    private CancellationToken Stop => _cluster.Stop;

    private IApiClient Client => _cluster.Client;

    public async ValueTask InitializeAsync()
    {
        _cluster = await NodeCluster.StartAsync(output);
        var server = Path.GetFullPath($"{AppContext.BaseDirectory}/../../../../Cluster.Tests.Server/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/net10.0/Cluster.Tests.Server.dll");
        new TestImage { RunConfig = new { Entrypoint = new[] { "/app/run" }, WorkingDir = "/app" } }
            .Layer(File("app/run", $"#!/bin/sh\nexec dotnet {server}\n", (UnixFileMode)0b111_101_101))
            .PushTo(_cluster.Registry, "lab/server", "1");
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PodsThatComeAndGo_UnderLoad_FailNoRequest(bool keepAlive)
    {
        await Client.CreateAsync(Deployment(), Stop);
        var service = await Client.CreateAsync(Service(), Stop);
        await ReadyAsync(3, _ => true);
        var url = new Uri($"http://{service.Spec.ClusterIP}:80/");
        await AnsweredAsync(url);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var failures = new ConcurrentQueue<string>();
        var clients = Enumerable.Range(0, Clients).Select(_ => AskAgainAndAgainAsync(url, keepAlive, failures, end.Token)).ToList();

        await ChangeAsync(deployment => deployment.Spec.Template.Metadata.Annotations = new Dictionary<string, string> { ["version"] = "2" });
        await ReadyAsync(3, pod => pod.Metadata.Annotations?.ContainsKey("version") == true);
        await ChangeAsync(deployment => deployment.Spec.Replicas = 1);
        await ReadyAsync(1, _ => true);
        await ChangeAsync(deployment => deployment.Spec.Replicas = 3);
        await ReadyAsync(3, _ => true);
        await end.CancelAsync();

        var answered = await Task.WhenAll(clients);
        Assert.Empty(failures);
        Assert.All(answered, count => Assert.NotEqual(0, count));
        output.WriteLine($"{answered.Sum()} requests, none failed");
    }

    /// <summary>Returns how many requests were answered.</summary>
    private static async Task<int> AskAgainAndAgainAsync(Uri url, bool keepAlive, ConcurrentQueue<string> failures, CancellationToken end)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var answered = 0;
        while (!end.IsCancellationRequested)
        {
            try
            {
                await (keepAlive ? client.GetStringAsync(url, CancellationToken.None) : AskOverANewConnectionAsync(url));
                answered++;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
            {
                failures.Enqueue($"{exception.Message} {exception.InnerException?.Message}");
            }
        }

        return answered;
    }

    /// <summary>Without HttpClient, which quietly tries again when a connection ends without an answer.</summary>
    private static async Task AskOverANewConnectionAsync(Uri url)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(url.Host, url.Port);
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: web\r\n\r\n"u8.ToArray());
        var buffer = new byte[256];
        var count = await socket.ReceiveAsync(buffer);
        if (!buffer.AsSpan(0, count).StartsWith("HTTP/1.1 200 OK"u8))
        {
            throw new IOException("The connection ended without an answer.");
        }
    }

    /// <summary>The proxy hears of a service's endpoints a moment later than whoever asks the API.</summary>
    private async Task AnsweredAsync(Uri url)
    {
        using var client = new HttpClient();
        while (true)
        {
            try
            {
                await client.GetStringAsync(url, Stop);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
            }
        }
    }

    /// <summary>Waits until there are just so many pods, ready and as they should be.</summary>
    private async Task ReadyAsync(int count, Func<V1Pod, bool> wanted)
    {
        while (true)
        {
            var pods = (await Client.ListAsync<V1Pod>("default", Stop)).Items;
            if (pods.Count == count && pods.All(pod => wanted(pod) && pod.Metadata.DeletionTimestamp is null
                && pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        }
    }

    private async Task ChangeAsync(Action<V1Deployment> change)
    {
        while (true)
        {
            var deployment = await Client.GetAsync<V1Deployment>("default", "web", Stop);
            var changed = k8s.KubernetesJson.Deserialize<V1Deployment>(k8s.KubernetesJson.Serialize(deployment));
            change(changed);
            try
            {
                await Client.UpdateAsync(changed, Stop);
                return;
            }
            catch (ApiException exception) when (exception.Code == 409)
            {
                // Its controller was faster.
            }
        }
    }

    private V1Deployment Deployment() => new()
    {
        ApiVersion = "apps/v1",
        Kind = "Deployment",
        Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default" },
        Spec = new V1DeploymentSpec
        {
            Replicas = 3,
            Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } },
            Strategy = new V1DeploymentStrategy { Type = "RollingUpdate", RollingUpdate = new V1RollingUpdateDeployment { MaxSurge = 1, MaxUnavailable = 0 } },
            Template = new V1PodTemplateSpec
            {
                Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = "web" } },
                Spec = new V1PodSpec
                {
                    Containers =
                    [
                        new V1Container
                        {
                            Name = "main",
                            Image = _cluster.Registry.Host + "/lab/server:1",
                            ReadinessProbe = new V1Probe { TcpSocket = new V1TCPSocketAction { Port = 8080 }, PeriodSeconds = 1 },
                        },
                    ],
                },
            },
        },
    };

    private static V1Service Service() => new()
    {
        ApiVersion = "v1",
        Kind = "Service",
        Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default" },
        Spec = new V1ServiceSpec
        {
            Selector = new Dictionary<string, string> { ["app"] = "web" },
            Ports = [new V1ServicePort { Port = 80, TargetPort = 8080 }],
        },
    };
}
