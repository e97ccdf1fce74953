using k8s.Models;
using Scalelab.Cluster.Node.Probes;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Node.Pods;

internal enum ContainerPhase
{
    /// <summary>Not started yet, or waiting to be started again.</summary>
    Waiting,

    /// <summary>Its image is being pulled, or its process started.</summary>
    Starting,

    Running,

    Terminated,
}

internal enum ContainerRole
{
    /// <summary>Runs to its end before the next one starts.</summary>
    Init,

    /// <summary>An init container with restartPolicy Always: runs beside the main ones.</summary>
    Sidecar,

    Main,
}

/// <summary>What a pod's worker knows of one container. Only the worker's own loop touches it.</summary>
internal sealed class ContainerRecord(V1Container spec, ContainerRole role)
{
    public V1Container Spec { get; set; } = spec;

    public ContainerRole Role { get; } = role;

    public string Name => Spec.Name;

    public ContainerPhase Phase { get; set; }

    /// <summary>Why it waits, while it does.</summary>
    public V1ContainerStateWaiting? Waiting { get; set; }

    /// <summary>How the present run ended.</summary>
    public V1ContainerStateTerminated? Terminated { get; set; }

    /// <summary>How the run before ended.</summary>
    public V1ContainerStateTerminated? LastTerminated { get; set; }

    public int RestartCount { get; set; }

    public IContainer? Container { get; set; }

    /// <summary>Where probes and hooks of the present run go.</summary>
    public ProbeTarget? Target { get; set; }

    /// <summary>Something has just happened to it that is to be seen in the status before anything else happens.</summary>
    public bool Fresh { get; set; }

    /// <summary>It was asked to end with its pod.</summary>
    public bool Stopping { get; set; }

    public string Image { get; set; } = spec.Image;

    public string ImageId { get; set; } = "";

    public string? ContainerId { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>The startup probe has succeeded, or there is none.</summary>
    public bool Started { get; set; }

    public bool Ready { get; set; }

    public BackOff CrashBackOff { get; } = new();

    public BackOff PullBackOff { get; } = new();

    /// <summary>Why the image could not be pulled, while that is waited for.</summary>
    public string? PullError { get; set; }

    /// <summary>Not to be started before.</summary>
    public DateTimeOffset NotBefore { get; set; }

    /// <summary>Set when a failed probe has ended the run, until the next run or the end of the pod.</summary>
    public bool KilledByProbe { get; set; }

    /// <summary>What the next run is numbered: a restart counts once it has made a container.</summary>
    public int NextRun => ContainerId is null ? RestartCount : RestartCount + 1;

    /// <summary>
    /// Whether others see the container run. One that a probe has ended is replaced within one look of kubelet at the pod, so nobody sees it
    /// down in between.
    /// </summary>
    public bool IsSeenRunning => Phase == ContainerPhase.Running || (KilledByProbe && Phase is not ContainerPhase.Waiting);

    public CancellationTokenSource? Probes { get; set; }

    /// <summary>An init container that has done its work.</summary>
    public bool Done => Role switch
    {
        ContainerRole.Init => Phase == ContainerPhase.Terminated && Terminated?.ExitCode == 0,
        ContainerRole.Sidecar => Phase == ContainerPhase.Running && Started,
        _ => false,
    };
}
