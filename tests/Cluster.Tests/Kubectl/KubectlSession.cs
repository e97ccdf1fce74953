using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Node.Images;
using Scalelab.Cluster.Tests.Node.Images;

namespace Scalelab.Cluster.Tests.Kubectl;

/// <summary>
/// A cluster of one node on which every recorded command has been performed once, in order. Nothing is run where the recordings or
/// kubectl are absent.
/// </summary>
public sealed partial class KubectlSession : IAsyncLifetime
{
    private const string Namespace = "demo";

    /// <summary>How long a single command may take; one that never ends shows in its text.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <summary>How long the cluster may take to what the next command was recorded at; a cluster that never gets there shows in that command's text.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(45);

    // What is seen depends here and there on how long things take: commands that find something else than was recorded are performed once more.
    private const int Attempts = 2;

    private TemporaryFolder _folder = new();
    private readonly Dictionary<string, Transcript> _transcripts = [];
    private readonly int _nodePort = FreeNodePort();
    private ClusterServer? _server;

    /// <summary>Why nothing was run; null when it was.</summary>
    public string? Skipped { get; } =
        Folder is null ? "needs the recordings in ../shared/kubernetes/kubectl"
        : KubectlRun.Executable is null ? "needs kubectl on the PATH"
        : OperatingSystem.IsWindows() ? "pods are POSIX processes"
        : null;

    /// <summary>The version of kubectl, e.g. 1.32.</summary>
    public string Version { get; private set; } = "";

    /// <summary>The folder with a folder for each recorded version of kubectl; null where it is absent.</summary>
    internal static string? Folder => Recordings.FolderPath is { } scenarios && Path.Combine(scenarios, "..", "kubectl") is var folder && Directory.Exists(folder) ? folder : null;

    private IApiClient Client => _server!.Client!;

    internal Transcript Of(string id) => _transcripts[id];

    public async ValueTask InitializeAsync()
    {
        if (Skipped is not null)
        {
            return;
        }

        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            await PerformAsync();
            if (attempt == Attempts || KubectlTests.AreAsRecorded(this))
            {
                return;
            }

            await DisposeAsync();
            _folder = new TemporaryFolder();
        }
    }

    private async Task PerformAsync()
    {
        var work = Path.Combine(_folder.Path, "work");
        await PrepareAsync(work);
        _server = await StartAsync();
        var kubectl = new KubectlRun(Path.Combine(_folder.Path, "kubeconfig"), work);
        var recorded = Transcript.ReadAll(Path.Combine(Folder!, "1.36"));
        foreach (var transcript in recorded)
        {
            await SettleAsync(kubectl, transcript.Id);
            var arguments = transcript.Arguments.Select(argument => argument == "node1" ? "node-0" : argument);
            var run = await kubectl.RunAsync(transcript.Id, transcript.Command, arguments, transcript.StopAfter ?? Patience);
            _transcripts[transcript.Id] = run with
            {
                Text = run.Text.Replace("node-0", "node1", StringComparison.Ordinal).Replace(_nodePort.ToString(CultureInfo.InvariantCulture), "30080", StringComparison.Ordinal),
                Requests = [.. run.Requests.Select(request => request.Replace("node-0", "node1", StringComparison.Ordinal))],
            };
        }

        Version = ClientVersion().Match(_transcripts["01-version"].Text).Groups[1].Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>What the recorder had waited for before a command; the commands between follow each other at once.</summary>
    private async Task SettleAsync(KubectlRun kubectl, string id)
    {
        using var limit = new CancellationTokenSource(Settling);
        try
        {
            await (id switch
            {
                "12-get-ns" => CreateNamespaceAsync(limit.Token),
                "15-get-pods-early" => UntilAsync<V1Pod>(pods => pods.Count == 2, limit.Token),
                "35-get-pods" => UntilAsync<V1Pod>(pods => pods.Count == 3 && pods.All(IsReady), limit.Token),
                "46-get-hpa" => UntilAsync<V2HorizontalPodAutoscaler>(ones => ones.All(one => one.Status?.Conditions is { Count: > 0 }), limit.Token),
                "69-describe-hpa" => UntilAsync<V2HorizontalPodAutoscaler>(ones => ones.All(IsActive), limit.Token),
                "74-top-pods" => UntilMeasuredAsync(kubectl, limit.Token),
                "114-get-watch" => UntilAsync<V1Pod>(pods => pods.Count == 6 && pods.All(IsReady), limit.Token),
                _ => Task.CompletedTask,
            });
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // Judged by what the command prints.
        }
    }

    /// <summary>Where kubectl could not create the namespace, that one command fails and not all that follow.</summary>
    private async Task CreateNamespaceAsync(CancellationToken cancellationToken)
    {
        if ((await Client.ListAsync<V1Namespace>(null, cancellationToken)).Items.All(one => one.Metadata.Name != Namespace))
        {
            await Client.CreateAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = Namespace } }, cancellationToken);
        }
    }

    private async Task UntilAsync<T>(Func<IList<T>, bool> condition, CancellationToken cancellationToken)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>, new()
    {
        while (!condition([.. (await Client.ListAsync<T>(Namespace, cancellationToken)).Items]))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    private static async Task UntilMeasuredAsync(KubectlRun kubectl, CancellationToken cancellationToken)
    {
        string[] measurements = ["get", "--raw", $"/apis/metrics.k8s.io/v1beta1/namespaces/{Namespace}/pods"];
        while ((await kubectl.RunAsync("settle", "get --raw", measurements, Patience)).Text.Split("\"window\"").Length != 4)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
        }
    }

    private static bool IsActive(V2HorizontalPodAutoscaler one) =>
        one.Status?.Conditions?.Any(condition => condition is { Type: "ScalingActive", Status: "True" }) == true;

    private static bool IsReady(V1Pod pod) =>
        pod.Metadata.DeletionTimestamp is null && pod.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;

    /// <summary>Puts the manifests where the commands look for them, and the image onto the node.</summary>
    private async Task PrepareAsync(string work)
    {
        Directory.CreateDirectory(work);
        foreach (var manifest in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Kubectl", "Manifests")))
        {
            var text = await File.ReadAllTextAsync(manifest);
            await File.WriteAllTextAsync(Path.Combine(work, Path.GetFileName(manifest)), text.Replace("30080", _nodePort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }

        await using var registry = await TestRegistry.StartAsync(CancellationToken.None);
        var images = Path.Combine(_folder.Path, "nodes", "images");
        using var store = new ImageStore(images, ImageLimits.Default, TimeProvider.System, NullLogger.Instance);
        foreach (var tag in (string[])["1.35", "1.36"])
        {
            ServingImage.Build().PushTo(registry, "library/busybox", tag);
            Assert.True(ImageReference.TryParse($"{registry.Host}/library/busybox:{tag}", out var here));
            await store.PullAsync(here, CancellationToken.None);

            // The recorded pods name an image of the public registry, which was on the recorder's node already.
            Assert.True(ImageReference.TryParse($"busybox:{tag}", out var there));
            File.Copy(NameFile(here), NameFile(there));
        }

        string NameFile(ImageReference reference) =>
            Path.Combine(images, "names", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(reference.ToString()))));
    }

    private async Task<ClusterServer> StartAsync()
    {
        var server = new ClusterServer(
            new ClusterOptions
            {
                DataFolder = Path.Combine(_folder.Path, "cluster"),
                KubeconfigPath = Path.Combine(_folder.Path, "kubeconfig"),
                NodesFolder = Path.Combine(_folder.Path, "nodes"),
                ApiPort = 0,
                Nodes = 1,
                NodeCpus = 2,
                SyncWrites = false,
                PodNetwork = "127.60",
                ServiceClusterIPRange = "127.160.0.0/16",
                LoadBalancerRange = "127.161.0.0/16",
            },
            TimeProvider.System,
            NullLoggerFactory.Instance);
        await server.StartAsync(CancellationToken.None);
        return server;
    }

    private static int FreeNodePort()
    {
        for (var port = 30100; port < 32700; port++)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody's already.
            }
        }

        throw new InvalidOperationException("No node port is free.");
    }

    [GeneratedRegex(@"Client Version: v(\d+\.\d+)\.")]
    private static partial Regex ClientVersion();
}
