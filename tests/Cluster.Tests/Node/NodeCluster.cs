using System.Globalization;
using System.Text;
using k8s.Models;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Tests.Node.Images;

namespace Scalelab.Cluster.Tests.Node;

/// <summary>A whole cluster with real processes, and a registry beside it. Nothing of it may be left after the test.</summary>
internal sealed class NodeCluster : IAsyncDisposable
{
    private static int _clusters;

    private readonly ITestOutputHelper _output;
    private readonly TestDeadline _deadline = new();
    private readonly TempFolder _temp = new();
    private readonly int _number = Interlocked.Increment(ref _clusters);
    private ClusterServer _server = null!;

    private NodeCluster(ITestOutputHelper output) => _output = output;

    public TestRegistry Registry { get; private set; } = null!;

    public CancellationToken Stop => _deadline.Token;

    public IApiClient Client => _server.Client!;

    public string Kubeconfig => _temp.Path + "/kubeconfig";

    public static async Task<NodeCluster> StartAsync(ITestOutputHelper output)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pods are POSIX processes.");
        var cluster = new NodeCluster(output);
        cluster.Registry = await TestRegistry.StartAsync(cluster.Stop);
        await cluster.StartServerAsync();
        return cluster;
    }

    public async Task StartServerAsync()
    {
        _server = new ClusterServer(
            new ClusterOptions
            {
                DataFolder = _temp.Path + "/data",
                KubeconfigPath = Kubeconfig,
                NodesFolder = _temp.Path + "/nodes",
                ApiPort = 0,
                NodeCpus = 8,

                // Tests run side by side on one machine.
                PodNetwork = Network(20),
                ServiceClusterIPRange = Network(100) + ".0.0/16",
                LoadBalancerRange = Network(130) + ".0.0/16",
            },
            TimeProvider.System,
            new OutputLoggers(_output));
        await _server.StartAsync(Stop);
    }

    public ValueTask StopServerAsync() => _server.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await Registry.DisposeAsync();
        Assert.Empty(Processes());
        _temp.Dispose();
        _deadline.Dispose();
    }

    /// <summary>Waits until an object of the namespace <c>default</c> is as it should be.</summary>
    public async Task<T> UntilAsync<T>(string name, Func<T, bool> condition)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        var list = await Client.ListAsync<T>("default", Stop);
        if (list.Items.FirstOrDefault(item => item.Metadata.Name == name && condition(item)) is { } now)
        {
            return now;
        }

        await foreach (var change in Client.WatchAsync<T>("default", list.ResourceVersion, Stop))
        {
            if (change.Resource.Metadata.Name == name && condition(change.Resource))
            {
                return change.Resource;
            }
        }

        throw new InvalidOperationException($"The watch for {name} ended.");
    }

    /// <summary>Processes of this test's pods.</summary>
    public List<int> Processes() => ProcessesWith($"POD_IP={Network(20)}.");

    /// <summary>Processes with a text in their environment.</summary>
    public static List<int> ProcessesWith(string variable)
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var process))
            {
                try
                {
                    if (Encoding.UTF8.GetString(File.ReadAllBytes(folder + "/environ")).Contains(variable, StringComparison.Ordinal))
                    {
                        found.Add(process);
                    }
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    // Gone meanwhile, or somebody else's.
                }
            }
        }

        return found;
    }

    private string Network(int first) => string.Create(CultureInfo.InvariantCulture, $"127.{first + (_number % 20)}");
}
