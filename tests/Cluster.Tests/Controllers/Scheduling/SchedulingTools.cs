using k8s.Models;
using Scalelab.Cluster.Controllers.Scheduling;

namespace Scalelab.Cluster.Tests.Controllers.Scheduling;

/// <summary>Nodes and pods in few words.</summary>
internal static class SchedulingTools
{
    public static NodeView NodeNamed(string name, params V1Pod[] pods) => new(
        new V1Node
        {
            Metadata = new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["kubernetes.io/hostname"] = name, ["zone"] = name[..1] } },
            Spec = new V1NodeSpec(),
            Status = new V1NodeStatus { Allocatable = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("2"), ["memory"] = new("4Gi"), ["pods"] = new("3") } },
        },
        pods);

    public static V1Pod Pod(string app = "web", string? cpu = null, Action<V1PodSpec>? spec = null)
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = app, NamespaceProperty = "default", Uid = Guid.NewGuid().ToString(), Labels = new Dictionary<string, string> { ["app"] = app } },
            Spec = new V1PodSpec
            {
                Containers = [new V1Container { Name = "main", Resources = new V1ResourceRequirements { Requests = cpu is null ? null : new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu) } } }],
            },
        };
        spec?.Invoke(pod.Spec);
        return pod;
    }

    public static V1Pod OwnedBy(this V1Pod pod, string uid)
    {
        pod.Metadata.OwnerReferences = [new V1OwnerReference { Kind = "ReplicaSet", Name = uid, Uid = uid, Controller = true }];
        return pod;
    }

    public static V1LabelSelector App(string app) => new() { MatchLabels = new Dictionary<string, string> { ["app"] = app } };

    /// <summary>What the scheduler says of a pod that no node takes; null where one does.</summary>
    public static string? Failure(V1Pod pod, params NodeView[] nodes)
    {
        var cluster = new ClusterView(nodes);
        var filter = new NodeFilter(pod, cluster);
        var refusals = nodes.Select(filter.Check).ToList();
        return refusals.Contains(null) ? null : SchedulingFailure.Explain(pod, [.. refusals.Select(refusal => refusal!.Value)]);
    }

    public static string Best(V1Pod pod, params NodeView[] nodes) => new NodeScore(pod, new ClusterView(nodes)).Best(nodes).Node.Metadata.Name;
}
