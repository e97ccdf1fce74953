using Scalelab.Policy.Framework;

namespace Scalelab.Policy.Kubernetes;

/// <summary>The pods that a resource is or makes: the one reader for every kind that carries any.</summary>
/// <param name="Owner">Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or CronJob.</param>
/// <param name="Metadata">The pods' metadata.</param>
/// <param name="Spec">The pods' spec.</param>
internal sealed record PodTemplate(KubernetesObject Owner, Property Metadata, Property Spec)
{
    /// <summary>Whether the pods run to an end of their own, as those of jobs do, instead of serving until they are told to stop.</summary>
    public bool RunsToCompletion => Owner.Kind is "Job" or "CronJob" || Spec["restartPolicy"].Text is "Never" or "OnFailure";

    /// <summary>The containers that run side by side, sidecars included.</summary>
    public IEnumerable<Container> Running => Containers("containers", ContainerRole.Main)
        .Concat(Containers("initContainers", ContainerRole.Init).Where(container => container.IsSidecar));

    /// <summary>All containers, also those that come before the others.</summary>
    public IEnumerable<Container> All => Containers("initContainers", ContainerRole.Init).Concat(Containers("containers", ContainerRole.Main));

    /// <summary>The containers that the pod is there for.</summary>
    public IEnumerable<Container> Main => Containers("containers", ContainerRole.Main);

    public static PodTemplate? Of(Resource resource)
    {
        if (KubernetesObject.Of(resource) is not { } owner)
        {
            return null;
        }

        return (owner.Group, owner.Kind) switch
        {
            ("core", "Pod") => new PodTemplate(owner, owner.Metadata, owner.Spec),
            ("apps" or "extensions", "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet") or ("batch", "Job") => Within(owner.Spec),
            ("batch", "CronJob") => Within(owner.Spec["jobTemplate"]["spec"]),
            _ => null,
        };

        PodTemplate Within(Property spec) => new(owner, spec["template"]["metadata"], spec["template"]["spec"]);
    }

    private IEnumerable<Container> Containers(string list, ContainerRole role) => Spec[list].Items.Select(item => new Container(item, role));
}
