using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers;
using Scalelab.Cluster.Node.Images;
using Scalelab.Cluster.Node.Probes;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>What the workers of one node's pods have in common.</summary>
internal sealed record NodeContext
{
    public required string NodeName { get; init; }

    public required string HostIP { get; init; }

    /// <summary>What the node offers to pods.</summary>
    public required IReadOnlyDictionary<string, ResourceQuantity> Allocatable { get; init; }

    /// <summary>Where each pod gets a folder, named by its uid.</summary>
    public required string PodsFolder { get; init; }

    public required IApiClient Client { get; init; }

    public required IImageSource Images { get; init; }

    public required IPodRuntime Runtime { get; init; }

    public required IProber Prober { get; init; }

    /// <summary>Makes a hook's HTTP call.</summary>
    public required Func<V1HTTPGetAction, ProbeTarget, CancellationToken, Task> CallHook { get; init; }

    public required EventRecorder Events { get; init; }

    public required PodAddresses Addresses { get; init; }

    /// <summary>The services of a namespace as they are now.</summary>
    public required Func<string, IEnumerable<V1Service>> Services { get; init; }

    /// <summary>Completes when no new connection is sent to the address any more, or soon anyway.</summary>
    public required Func<string, CancellationToken, Task> WaitUntilDrained { get; init; }

    /// <summary>Whom containers run as; null where that is not to be told.</summary>
    public V1ContainerUser? User { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    public void RecordPod(V1Pod pod, string type, string reason, string message, string? fieldPath = null) => Events.Record(
        EventRecorder.Reference(pod, "v1", "Pod", fieldPath), new V1EventSource { Component = "kubelet", Host = NodeName }, type, reason, message);

    public void RecordContainer(V1Pod pod, ContainerRecord container, string type, string reason, string message) => RecordPod(
        pod, type, reason, message, container.Role == ContainerRole.Main ? $"spec.containers{{{container.Name}}}" : $"spec.initContainers{{{container.Name}}}");
}
