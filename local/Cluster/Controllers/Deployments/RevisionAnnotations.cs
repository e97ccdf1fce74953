using System.Globalization;
using k8s.Models;

namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>The annotations by which a Deployment and its ReplicaSets keep the history of rollouts.</summary>
internal static class RevisionAnnotations
{
    public const string Revision = "deployment.kubernetes.io/revision";
    public const string History = "deployment.kubernetes.io/revision-history";
    public const string Desired = "deployment.kubernetes.io/desired-replicas";
    public const string Maximum = "deployment.kubernetes.io/max-replicas";

    // What belongs to one object alone and is not handed on from a Deployment to its ReplicaSets.
    private static readonly HashSet<string> NotHandedOn =
        ["kubectl.kubernetes.io/last-applied-configuration", Revision, History, Desired, Maximum, "deprecated.deployment.rollback.to"];

    // So long, and no longer, the history of revisions may be; kube-controller-manager's limit.
    private const int MaximumHistory = 2000;

    public static long RevisionOf(V1ObjectMeta metadata) => Number(metadata, Revision) ?? 0;

    /// <summary>The revision as it is written; null where there is none.</summary>
    public static string? TextOf(V1ObjectMeta metadata) => metadata.Annotations?.TryGetValue(Revision, out var text) == true ? text : null;

    public static long? Number(V1ObjectMeta metadata, string name) =>
        metadata.Annotations?.TryGetValue(name, out var text) == true && long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Hands the Deployment's annotations on to its new ReplicaSet, with the revision; true where something has changed.</summary>
    public static bool HandOn(V1Deployment deployment, V1ReplicaSet set, long revision, bool exists)
    {
        var annotations = new Dictionary<string, string>(set.Metadata.Annotations ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        var before = new Dictionary<string, string>(annotations, StringComparer.Ordinal);
        foreach (var (name, value) in deployment.Metadata.Annotations ?? new Dictionary<string, string>())
        {
            if (!NotHandedOn.Contains(name))
            {
                annotations[name] = value;
            }
        }

        var old = RevisionOf(set.Metadata);
        if (old < revision)
        {
            annotations[Revision] = revision.ToString(CultureInfo.InvariantCulture);
            if (old > 0)
            {
                var history = annotations.GetValueOrDefault(History, "");
                var all = history.Length == 0 ? [] : history.Split(',').ToList();
                all.Add(old.ToString(CultureInfo.InvariantCulture));
                while (string.Join(',', all).Length > MaximumHistory)
                {
                    all.RemoveAt(0);
                }

                annotations[History] = string.Join(',', all);
            }
        }

        if (!exists)
        {
            SetSizes(annotations, deployment);
        }

        set.Metadata.Annotations = annotations;
        return annotations.Count != before.Count || annotations.Any(entry => before.GetValueOrDefault(entry.Key) != entry.Value);
    }

    /// <summary>Notes on a ReplicaSet what the Deployment's size was; true where that was not noted yet.</summary>
    public static bool NoteSizes(V1Deployment deployment, V1ReplicaSet set)
    {
        var annotations = new Dictionary<string, string>(set.Metadata.Annotations ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        var changed = SetSizes(annotations, deployment);
        set.Metadata.Annotations = annotations;
        return changed;
    }

    private static bool SetSizes(Dictionary<string, string> annotations, V1Deployment deployment)
    {
        var desired = RolloutMath.Replicas(deployment).ToString(CultureInfo.InvariantCulture);
        var replicas = RolloutMath.Replicas(deployment);
        var maximum = (replicas == 0 ? 0 : replicas + RolloutMath.MaxSurge(deployment)).ToString(CultureInfo.InvariantCulture);
        var changed = annotations.GetValueOrDefault(Desired) != desired || annotations.GetValueOrDefault(Maximum) != maximum;
        annotations[Desired] = desired;
        annotations[Maximum] = maximum;
        return changed;
    }
}
