using System.Globalization;
using k8s.Models;
using Scalelab.Cluster.Controllers.Scheduling;

namespace Scalelab.Cluster.Controllers.DaemonSets;

/// <summary>Where the pods of a DaemonSet belong, and what they look like. Pure.</summary>
internal static class DaemonPods
{
    public const string HashLabel = "controller-revision-hash";
    public const string GenerationLabel = "pod-template-generation";
    public const string GenerationAnnotation = "deprecated.daemonset.template.generation";

    // A node in trouble keeps what belongs to it.
    private static readonly (string Key, string Effect)[] Tolerated =
    [
        ("node.kubernetes.io/not-ready", "NoExecute"),
        ("node.kubernetes.io/unreachable", "NoExecute"),
        ("node.kubernetes.io/disk-pressure", "NoSchedule"),
        ("node.kubernetes.io/memory-pressure", "NoSchedule"),
        ("node.kubernetes.io/pid-pressure", "NoSchedule"),
        ("node.kubernetes.io/unschedulable", "NoSchedule"),
    ];

    /// <summary>Whether a node is to have a pod, and whether one that it has may stay.</summary>
    public static (bool Run, bool Keep) Wants(V1DaemonSet set, V1Node node)
    {
        var pod = new V1Pod { Spec = Tolerating(set.Spec.Template.Spec.Copy()) };
        if (!NodeSelection.Selects(pod, node))
        {
            return (false, false);
        }

        var refused = (node.Spec?.Taints ?? []).Where(taint => !Tolerations.Tolerates(pod, taint)).ToList();
        return (!refused.Any(taint => taint.Effect is "NoSchedule" or "NoExecute"), !refused.Any(taint => taint.Effect == "NoExecute"));
    }

    /// <summary>The node that a pod is on or is meant for.</summary>
    public static string NodeOf(V1Pod pod) => pod.Spec.NodeName is { Length: > 0 } bound ? bound
        : pod.Spec.Affinity?.NodeAffinity?.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms
            .SelectMany(term => term.MatchFields ?? []).Where(field => field is { Key: "metadata.name", OperatorProperty: "In" }).SelectMany(field => field.Values).FirstOrDefault() ?? "";

    /// <summary>Makes the pod of a template one for a node.</summary>
    public static void Place(V1DaemonSet set, V1Pod pod, string node, string hash)
    {
        pod.Metadata.Labels = new Dictionary<string, string>(pod.Metadata.Labels) { [HashLabel] = hash, [GenerationLabel] = Generation(set) };
        pod.Spec = Tolerating(pod.Spec);
        var here = new V1NodeSelectorRequirement { Key = "metadata.name", OperatorProperty = "In", Values = [node] };
        var affinity = pod.Spec.Affinity ??= new V1Affinity();
        affinity.NodeAffinity ??= new V1NodeAffinity();
        var terms = affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution?.NodeSelectorTerms is { Count: > 0 } given ? given : [new V1NodeSelectorTerm()];
        affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution = new V1NodeSelector
        {
            NodeSelectorTerms = [.. terms.Select(term => term with { MatchFields = [here] })],
        };
    }

    private static string Generation(V1DaemonSet set) => set.Metadata.Annotations?.TryGetValue(GenerationAnnotation, out var generation) == true
        ? generation
        : (set.Metadata.Generation ?? 1).ToString(CultureInfo.InvariantCulture);

    private static V1PodSpec Tolerating(V1PodSpec spec)
    {
        var wanted = Tolerated.Concat(spec.HostNetwork == true ? [("node.kubernetes.io/network-unavailable", "NoSchedule")] : []);
        spec.Tolerations =
        [
            .. spec.Tolerations ?? [],
            .. wanted.Where(one => spec.Tolerations?.Any(given => given.Key == one.Item1 && given.Effect == one.Item2 && given.OperatorProperty == "Exists") != true)
                .Select(one => new V1Toleration { Key = one.Item1, OperatorProperty = "Exists", Effect = one.Item2 }),
        ];
        return spec;
    }
}
