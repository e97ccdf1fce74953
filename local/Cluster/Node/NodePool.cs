using System.Globalization;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers;
using Scalelab.Cluster.Metrics;
using Scalelab.Cluster.Node.Images;
using Scalelab.Cluster.Node.Limits;
using Scalelab.Cluster.Node.Pods;
using Scalelab.Cluster.Node.Probes;
using Scalelab.Cluster.Node.Processes;
using Scalelab.Cluster.Proxy;

namespace Scalelab.Cluster.Node;

/// <summary>The cluster's nodes and the service proxy, over the in-process API.</summary>
public sealed class NodePool : INodeLogs, INodeCommands, IAsyncDisposable
{
    private const string HostIP = "127.0.0.1";

    private readonly ClusterOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Informer<V1Pod> _pods;
    private readonly Informer<V1Service> _services;
    private readonly Informer<V1EndpointSlice> _slices;
    private readonly EventRecorder _events;
    private readonly ContainerLogs _logs;
    private readonly ImageStore _images;
    private readonly ServiceProxy _proxy;
    private readonly IApiClient _client;
    private readonly List<NodeAgent> _nodes = [];
    private readonly List<Task> _running = [];
    private readonly List<PodAddresses> _addresses = [];
    private Cgroups? _cgroups;
    private ProcessRuntime? _runtime;
    private Prober? _prober;
    private IReadOnlyDictionary<string, int> _processes = new Dictionary<string, int>();

    public NodePool(IApiClient client, ClusterOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _time = time;
        _logger = loggers.CreateLogger<NodePool>();
        _client = client.As("kubelet");
        _pods = new Informer<V1Pod>(_client, time, _logger);
        _services = new Informer<V1Service>(_client, time, _logger);
        _slices = new Informer<V1EndpointSlice>(_client, time, _logger);
        _events = new EventRecorder(_client, time, _logger);
        _logs = new ContainerLogs(ContainerLogs.DefaultLimit, time);
        _images = new ImageStore(Path.GetFullPath($"{options.NodesFolder}/images"), ImageLimits.Default, time, loggers.CreateLogger<ImageStore>());
        _proxy = new ServiceProxy(_services, _slices, _events, time, loggers.CreateLogger<ServiceProxy>());
    }

    /// <summary>Reads what the pods' containers use.</summary>
    internal IContainerReader Containers => new ContainerReader(() => _pods.Items, () => _processes);

    private string PodsFolder => Path.GetFullPath($"{_options.NodesFolder}/pods");

    /// <summary>Registers the nodes and starts them; returns without waiting for any pod.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("The nodes start pods as POSIX processes, which Windows has not. Run this inside WSL.");
        }

        var records = new ProcessRecords(Path.GetFullPath($"{_options.NodesFolder}/processes"), _logger);
        Directory.CreateDirectory(PodsFolder);
        _cgroups = Cgroups.Open(Path.GetFullPath(_options.NodesFolder), _logger);
        _runtime = new ProcessRuntime(_logs, records, _cgroups, _time, _logger);
        _processes = _runtime.Running;
        _prober = new Prober(_runtime, _time);

        // No new pod is given an address whose old pod still runs.
        var taken = _runtime.Recover();
        _cgroups.RemoveEmpty();
        for (var index = 0; index < _options.Nodes; index++)
        {
            var context = Context(index, _runtime, _prober);
            _addresses.Add(context.Addresses);
            foreach (var address in taken)
            {
                context.Addresses.Claim(address);
            }

            var node = new NodeAgent(context, index, _options);
            _nodes.Add(node);
            await node.StartAsync(cancellationToken);
            if (_cgroups.Unenforced is { } problem)
            {
                node.Record("Warning", "LimitsNotEnforced", problem);
            }
        }

        _pods.Changed += (old, pod) =>
        {
            foreach (var node in _nodes)
            {
                node.OnPod(old, pod);
            }
        };
        _proxy.Start();
        _running.Add(_services.RunAsync(_stop.Token));
        _running.Add(_slices.RunAsync(_stop.Token));

        var collector = new ImageGarbageCollector(_images, ImagesInUse, DiskUsedPercent, _options.ImageGC, _time, _logger);
        _running.Add(collector.RunAsync(problem => _nodes.ForEach(node => node.Record("Warning", "ImageGCFailed", problem)), _stop.Token));

        // Pods come last: what they ask for is known by then.
        _running.Add(RunPodsAsync(_stop.Token));
    }

    public async Task CopyLogsAsync(V1Pod pod, PodLogOptions options, Stream destination, CancellationToken cancellationToken)
    {
        var path = FindLog(pod, options);
        var live = _logs.Find(path);
        await new LogReader(path, options, destination).CopyAsync(live, cancellationToken);
    }

    public async Task<INodeCommand> StartAsync(V1Pod pod, NodeCommandOptions options, CancellationToken cancellationToken)
    {
        var node = _nodes.FirstOrDefault(one => one.Name == pod.Spec.NodeName);
        if (OperatingSystem.IsWindows() || _runtime is null || node is null || await node.FindTargetAsync(pod.Metadata.Uid, options.Container, cancellationToken) is not { } target)
        {
            throw Failed($"container not found (\"{options.Container}\")");
        }

        try
        {
            return _runtime.Open(target.Launch, target.MapCommand(options.Command), options.Input, options.Terminal);
        }
        catch (Exception exception) when (exception is StartException or IOException)
        {
            throw Failed($"error executing command in container: {exception.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Pods first, while the proxy still serves their last requests.
        await Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask()));
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        KillUnadopted();
        _cgroups?.Close();
        await _proxy.DisposeAsync();
        await _events.DisposeAsync();
        _prober?.Dispose();
        _images.Dispose();
        _stop.Dispose();
    }

    private async Task RunPodsAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _services.Synced.WaitAsync(cancellationToken);
            var sweep = SweepAsync(cancellationToken);
            await _pods.RunAsync(cancellationToken);
            await sweep;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped before anything came.
        }
    }

    /// <summary>Removes what is left of pods that were deleted while no node was looking: their processes and their folders.</summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        // Every pod that is still there has a worker by then, which has adopted what is its own.
        await _pods.Synced.WaitAsync(cancellationToken);
        KillUnadopted();
        var present = _pods.Items.Select(pod => pod.Metadata.Uid).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in Directory.EnumerateDirectories(PodsFolder).Where(folder => !present.Contains(Path.GetFileName(folder))))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The digests of the images of every pod that there is.</summary>
    private HashSet<string> ImagesInUse() => _pods.Items
        .SelectMany(pod => (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []).Select(status => status.ImageID)
            .Concat(pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).Select(container => container.Image)))
        .Where(image => image?.Contains('@', StringComparison.Ordinal) == true).Select(image => image[(image.IndexOf('@', StringComparison.Ordinal) + 1)..])
        .ToHashSet(StringComparer.Ordinal);

    private double DiskUsedPercent()
    {
        var disk = new DriveInfo(Path.GetFullPath(_options.NodesFolder));
        return 100.0 * (disk.TotalSize - disk.AvailableFreeSpace) / Math.Max(1, disk.TotalSize);
    }

    private void KillUnadopted()
    {
        foreach (var address in OperatingSystem.IsWindows() ? [] : _runtime?.KillUnadopted() ?? [])
        {
            _addresses.ForEach(addresses => addresses.Return(address));
        }
    }

    private NodeContext Context(int index, ProcessRuntime runtime, Prober prober) => new()
    {
        NodeName = string.Create(CultureInfo.InvariantCulture, $"node-{index}"),
        HostIP = HostIP,
        Allocatable = NodeAgent.Capacity(_options),
        PodsFolder = PodsFolder,
        Client = _client,
        Images = _images,
        Runtime = runtime,
        Prober = prober,
        CallHook = prober.CallAsync,
        Events = _events,
        Addresses = new PodAddresses(_options.PodNetwork, index),
        Services = _services.InNamespace,
        WaitUntilDrained = _proxy.WaitUntilDrainedAsync,
        User = OperatingSystem.IsWindows() ? null : Posix.CurrentUser(),
        Time = _time,
        Logger = _logger,
    };

    private string FindLog(V1Pod pod, PodLogOptions options)
    {
        var status = (pod.Status?.ContainerStatuses ?? []).Concat(pod.Status?.InitContainerStatuses ?? []).FirstOrDefault(one => one.Name == options.Container);
        if (options.Previous && status?.LastState?.Terminated is null)
        {
            throw BadRequest($"previous terminated container \"{options.Container}\" in pod \"{pod.Metadata.Name}\" not found");
        }

        var folder = $"{PodsFolder}/{pod.Metadata.Uid}/containers/{options.Container}";
        var runs = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.log").Select(file => int.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture)).Order().ToList()
            : [];

        // While a container waits to be started again, its last run is both the present and the previous one.
        var back = options.Previous && status?.State?.Waiting is null ? 2 : 1;
        if (runs.Count < back)
        {
            throw BadRequest(options.Previous
                ? $"previous terminated container \"{options.Container}\" in pod \"{pod.Metadata.Name}\" not found"
                : $"container \"{options.Container}\" in pod \"{pod.Metadata.Name}\" is waiting to start: {status?.State?.Waiting?.Reason ?? "ContainerCreating"}");
        }

        return PodSandbox.LogPath($"{PodsFolder}/{pod.Metadata.Uid}", options.Container, runs[^back]);
    }

    private static ApiException Failed(string message) =>
        new(new V1Status { ApiVersion = "v1", Kind = "Status", Status = "Failure", Code = 500, Reason = "InternalError", Message = $"Internal error occurred: {message}" });

    private static ApiException BadRequest(string message) =>
        new(new V1Status { ApiVersion = "v1", Kind = "Status", Status = "Failure", Code = 400, Reason = "BadRequest", Message = message });
}
