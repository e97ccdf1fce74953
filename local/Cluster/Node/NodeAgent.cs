using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Node.Pods;
using Scalelab.Cluster.Node.Probes;

namespace Scalelab.Cluster.Node;

/// <summary>One node: its object and its lease in the API, and a worker for each pod bound to it.</summary>
internal sealed class NodeAgent(NodeContext context, int index, ClusterOptions options) : IAsyncDisposable
{
    private const string LeaseNamespace = "kube-node-lease";

    // kubelet's nodeLeaseDurationSeconds and a quarter of it, and its nodeStatusReportFrequency.
    private const int LeaseSeconds = 40;
    private static readonly TimeSpan LeasePeriod = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StatusPeriod = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, PodWorker> _workers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private Task _heartbeat = Task.CompletedTask;
    private V1Lease? _lease;

    public string Name => context.NodeName;

    /// <summary>What a node declares.</summary>
    public static Dictionary<string, ResourceQuantity> Capacity(ClusterOptions options)
    {
        var cpus = options.NodeCpus ?? Math.Max(2, Environment.ProcessorCount);
        var memory = options.NodeMemory ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Math.Max(1, options.Nodes);
        return new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal)
        {
            ["cpu"] = new ResourceQuantity(cpus.ToString(CultureInfo.InvariantCulture)),
            ["ephemeral-storage"] = new ResourceQuantity(string.Create(CultureInfo.InvariantCulture, $"{Disk(options.NodesFolder) / 1024}Ki")),
            ["hugepages-1Gi"] = new ResourceQuantity("0"),
            ["hugepages-2Mi"] = new ResourceQuantity("0"),
            ["memory"] = new ResourceQuantity(string.Create(CultureInfo.InvariantCulture, $"{memory / 1024}Ki")),
            ["pods"] = new ResourceQuantity("110"),
        };
    }

    /// <summary>Makes the node known and keeps it so.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await RegisterAsync(cancellationToken);
        Record("Normal", "Starting", "Starting kubelet.");
        _heartbeat = BeatAsync(_stop.Token);
    }

    /// <summary>Tells an event of the node itself.</summary>
    public void Record(string type, string reason, string message) => context.Events.Record(
        new V1ObjectReference { Kind = "Node", Name = Name, Uid = Name }, new V1EventSource { Component = "kubelet", Host = Name }, type, reason, message);

    /// <summary>A pod has changed, come or gone.</summary>
    public void OnPod(V1Pod? old, V1Pod? pod)
    {
        if (pod is null)
        {
            if (old is not null && _workers.TryRemove(old.Metadata.Uid, out var gone))
            {
                gone.Remove();
                _ = EndAsync(gone, old);
            }
        }
        else if (pod.Spec.NodeName == Name)
        {
            if (_workers.TryGetValue(pod.Metadata.Uid, out var worker))
            {
                worker.Update(pod);
            }
            else if (!_stop.IsCancellationRequested)
            {
                _workers[pod.Metadata.Uid] = new PodWorker(pod, context);
            }
        }
    }

    /// <summary>Where commands for a container go; null where it does not run on this node.</summary>
    public async Task<ProbeTarget?> FindTargetAsync(string pod, string container, CancellationToken cancellationToken) =>
        _workers.TryGetValue(pod, out var worker) ? await worker.FindTargetAsync(container, cancellationToken) : null;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _heartbeat;
        var workers = _workers.Values.ToList();
        foreach (var worker in workers)
        {
            worker.StopWithNode(StopGrace);
        }

        foreach (var worker in workers)
        {
            await worker.DisposeAsync();
        }

        _stop.Dispose();
    }

    private async Task EndAsync(PodWorker worker, V1Pod pod)
    {
        try
        {
            await worker.DisposeAsync();
        }
        catch (Exception exception)
        {
            context.Logger.LogWorkerError(exception, pod.Metadata.NamespaceProperty, pod.Metadata.Name);
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LeasePeriod, context.Time);
        var beats = 0;
        do
        {
            try
            {
                await RenewLeaseAsync(cancellationToken);
                if (++beats % (int)(StatusPeriod / LeasePeriod) == 0 || !await IsKnownToBeReadyAsync(cancellationToken))
                {
                    await RegisterAsync(cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                context.Logger.LogWarning(exception, "Node {Node} could not report that it lives.", Name);
            }
        }
        while (await TickAsync(timer, cancellationToken));
    }

    /// <summary>False where somebody has lost sight of the node, or deleted it: then its status is told again.</summary>
    private async Task<bool> IsKnownToBeReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            var node = await context.Client.GetAsync<V1Node>(null, Name, cancellationToken);
            return node.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
        }
        catch (ApiException exception) when (exception.Code == 404)
        {
            return false;
        }
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task RenewLeaseAsync(CancellationToken cancellationToken)
    {
        var now = context.Time.GetUtcNow().UtcDateTime;
        if (_lease is null)
        {
            try
            {
                _lease = await context.Client.GetAsync<V1Lease>(LeaseNamespace, Name, cancellationToken);
            }
            catch (ApiException exception) when (exception.Code == 404)
            {
                _lease = await context.Client.CreateAsync(
                    new V1Lease
                    {
                        ApiVersion = "coordination.k8s.io/v1",
                        Kind = "Lease",
                        Metadata = new V1ObjectMeta { Name = Name, NamespaceProperty = LeaseNamespace },
                        Spec = new V1LeaseSpec { HolderIdentity = Name, LeaseDurationSeconds = LeaseSeconds, RenewTime = now },
                    },
                    cancellationToken);
                return;
            }
        }

        try
        {
            _lease = await context.Client.UpdateAsync(_lease with { Spec = _lease.Spec with { HolderIdentity = Name, RenewTime = now } }, cancellationToken);
        }
        catch (ApiException exception) when (exception.Code is 404 or 409)
        {
            _lease = null;
        }
    }

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < 5; tries++)
        {
            try
            {
                var node = await GetOrCreateAsync(cancellationToken);
                await context.Client.UpdateStatusAsync(node with { Status = Status(node) }, cancellationToken);
                return;
            }
            catch (ApiException exception) when (exception.Code == 409)
            {
                // Somebody else writes to the node as well.
            }
        }
    }

    private async Task<V1Node> GetOrCreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await context.Client.GetAsync<V1Node>(null, Name, cancellationToken);
        }
        catch (ApiException exception) when (exception.Code == 404)
        {
            var network = string.Create(CultureInfo.InvariantCulture, $"{options.PodNetwork}.{index}.0/24");
            return await context.Client.CreateAsync(
                new V1Node
                {
                    ApiVersion = "v1",
                    Kind = "Node",
                    Metadata = new V1ObjectMeta
                    {
                        Name = Name,
                        Annotations = new Dictionary<string, string>
                        {
                            ["volumes.kubernetes.io/controller-managed-attach-detach"] = "true",
                        },
                        Labels = new Dictionary<string, string>
                        {
                            ["beta.kubernetes.io/arch"] = Architecture(),
                            ["beta.kubernetes.io/os"] = System(),
                            ["kubernetes.io/arch"] = Architecture(),
                            ["kubernetes.io/hostname"] = Name,
                            ["kubernetes.io/os"] = System(),
                        },
                    },
                    Spec = new V1NodeSpec { PodCIDR = network, PodCIDRs = [network] },
                },
                cancellationToken);
        }
    }

    private V1NodeStatus Status(V1Node node)
    {
        var capacity = Capacity(options);
        var before = node.Status ?? new V1NodeStatus();
        return before with
        {
            Capacity = capacity,
            Allocatable = capacity,
            Addresses = [new V1NodeAddress { Address = context.HostIP, Type = "InternalIP" }, new V1NodeAddress { Address = Name, Type = "Hostname" }],
            Conditions =
            [
                Condition(before, "MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
                Condition(before, "DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                Condition(before, "PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                Condition(before, "Ready", "True", "KubeletReady", "kubelet is posting ready status"),
            ],
            NodeInfo = new V1NodeSystemInfo
            {
                Architecture = Architecture(),
                OperatingSystem = System(),
                BootID = Line("/proc/sys/kernel/random/boot_id"),
                MachineID = Line("/etc/machine-id"),
                SystemUUID = Line("/etc/machine-id"),
                KernelVersion = Line("/proc/sys/kernel/osrelease") is { Length: > 0 } release ? release : Environment.OSVersion.Version.ToString(),
                OsImage = RuntimeInformation.OSDescription,
                ContainerRuntimeVersion = "scalelab://1.0.0",
                KubeletVersion = "v1.36.2",
                KubeProxyVersion = "",
            },
        };
    }

    private V1NodeCondition Condition(V1NodeStatus before, string type, string status, string reason, string message)
    {
        var now = PodStatusBuilder.Seconds(context.Time.GetUtcNow());
        var old = before.Conditions?.FirstOrDefault(condition => condition.Type == type);
        return new V1NodeCondition
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = message,
            LastHeartbeatTime = now,
            LastTransitionTime = old?.Status == status ? old.LastTransitionTime : now,
        };
    }

    /// <summary>The size of the disk that holds a folder, in bytes.</summary>
    private static long Disk(string folder)
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(folder)).TotalSize;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not every file system tells.
            return 0;
        }
    }

    /// <summary>What a file of the system says; empty on systems that have no such file.</summary>
    private static string Line(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Architecture() => RuntimeInformation.OSArchitecture == global::System.Runtime.InteropServices.Architecture.X64
        ? "amd64"
        : RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    private static string System() => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
}
