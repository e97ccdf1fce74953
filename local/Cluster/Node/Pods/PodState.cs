using System.Globalization;
using k8s.Models;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>What is known of one pod on its node. Only the loop of its <see cref="PodWorker"/> touches it.</summary>
internal sealed class PodState
{
    public PodState(V1Pod pod, NodeContext node)
    {
        Pod = pod;
        Node = node;
        Known = pod.Status?.StartTime is not null;
        StartTime = pod.Status?.StartTime is { } start ? new DateTimeOffset(DateTime.SpecifyKind(start, DateTimeKind.Utc)) : node.Time.GetUtcNow();
        Mailbox = new PodMailbox(node.Time);
        Containers =
        [
            .. (pod.Spec.InitContainers ?? []).Select(spec => new ContainerRecord(spec, spec.RestartPolicy == "Always" ? ContainerRole.Sidecar : ContainerRole.Init)),
            .. pod.Spec.Containers.Select(spec => new ContainerRecord(spec, ContainerRole.Main)),
        ];
    }

    public NodeContext Node { get; }

    /// <summary>The newest version of the object that was seen.</summary>
    public V1Pod Pod { get; private set; }

    /// <summary>In the order in which they start: init containers and sidecars, then the main ones.</summary>
    public IReadOnlyList<ContainerRecord> Containers { get; }

    public PodMailbox Mailbox { get; }

    public DateTimeOffset StartTime { get; }

    /// <summary>This pod had been started on this node before this worker came.</summary>
    public bool Known { get; }

    public string? Address { get; set; }

    /// <summary>Whether the status tells the address: kubelet learns it with the first container, a little after it has made the sandbox.</summary>
    public bool ShowsAddress { get; set; }

    public PodSandbox? Sandbox { get; set; }

    /// <summary>Set once the pod is to end.</summary>
    public GraceDeadline? Grace { get; set; }

    /// <summary>Why the node has given the pod up, which is Failed as soon as its containers have ended; null as long as it has not.</summary>
    public PodFailure? Failure { get; set; }

    /// <summary>When the pod has been active for as long as it may be; null where it may for ever.</summary>
    public DateTimeOffset? ActiveDeadline => Pod.Spec.ActiveDeadlineSeconds is { } seconds ? StartTime + TimeSpan.FromSeconds(seconds) : null;

    /// <summary>The object is gone.</summary>
    public bool Removed { get; set; }

    /// <summary>The node stops; the object stays as it is.</summary>
    public bool NodeStops { get; set; }

    public DateTimeOffset Now => Node.Time.GetUtcNow();

    /// <summary>How long the pod may take to end, as the deletion or the specification says.</summary>
    public TimeSpan GracePeriod => TimeSpan.FromSeconds(Pod.Metadata.DeletionGracePeriodSeconds ?? Pod.Spec.TerminationGracePeriodSeconds ?? 30);

    public bool HasLiveContainers => Containers.Any(record => record.Phase is ContainerPhase.Running or ContainerPhase.Starting);

    /// <summary>Takes a version of the object if it is newer than what is known.</summary>
    public void Take(V1Pod pod)
    {
        if (Revision(pod) > Revision(Pod))
        {
            Pod = pod;
        }
    }

    private static long Revision(V1Pod pod) => long.Parse(pod.Metadata.ResourceVersion ?? "0", CultureInfo.InvariantCulture);
}
