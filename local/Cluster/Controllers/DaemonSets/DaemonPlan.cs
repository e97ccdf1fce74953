using System.Globalization;
using k8s.Models;

namespace Scalelab.Cluster.Controllers.DaemonSets;

/// <summary>What is to be done about a DaemonSet, and what its status is. Pure.</summary>
/// <param name="Create">The nodes that get a pod.</param>
/// <param name="Delete">The pods to be deleted.</param>
/// <param name="Ended">Those among them that ended by themselves.</param>
internal sealed record DaemonPlan(IReadOnlyList<string> Create, IReadOnlyList<V1Pod> Delete, IReadOnlyList<V1Pod> Ended, V1DaemonSetStatus Status)
{
    /// <param name="hash">That of the set's template.</param>
    public static DaemonPlan For(V1DaemonSet set, IReadOnlyCollection<V1Pod> pods, IEnumerable<V1Node> nodes, string hash, DateTimeOffset now)
    {
        var byNode = pods.ToLookup(DaemonPods.NodeOf, StringComparer.Ordinal);
        var (create, delete, ended, kept) = (new List<string>(), new List<V1Pod>(), new List<V1Pod>(), new List<V1Pod>());
        var (known, wanted, current, misplaced) = (new HashSet<string>(StringComparer.Ordinal), 0, 0, 0);
        foreach (var node in nodes.OrderBy(node => node.Metadata.Name, StringComparer.Ordinal))
        {
            known.Add(node.Metadata.Name);
            var (run, keep) = DaemonPods.Wants(set, node);
            var here = byNode[node.Metadata.Name].ToList();
            var living = here.Where(pod => pod.Metadata.DeletionTimestamp is null).OrderBy(pod => pod.Metadata.CreationTimestamp).ThenBy(pod => pod.Metadata.Name, StringComparer.Ordinal).ToList();
            var over = living.Where(pod => pod.IsTerminal()).ToList();
            wanted += run ? 1 : 0;
            current += run && here.Count > 0 ? 1 : 0;
            misplaced += !run && here.Count > 0 ? 1 : 0;
            if (!keep)
            {
                delete.AddRange(living);
            }
            else
            {
                ended.AddRange(over);
                delete.AddRange(over);
                delete.AddRange(living.Except(over).Skip(1));
                kept.AddRange(living.Except(over).Take(run ? 1 : 0));
                if (run && here.Count == 0)
                {
                    create.Add(node.Metadata.Name);
                }
            }
        }

        // What is meant for a node that is gone will never come to run.
        delete.AddRange(pods.Where(pod => pod.Metadata.DeletionTimestamp is null && pod.Spec.NodeName is null or "" && !known.Contains(DaemonPods.NodeOf(pod))));
        delete.AddRange(Outdated(set, kept, hash, wanted, now));
        return new DaemonPlan(create, delete, ended, StatusOf(set, kept, hash, (wanted, current, misplaced), now));
    }

    /// <summary>Old pods to be replaced now: those that serve nobody, and as many others as may be missing.</summary>
    private static IEnumerable<V1Pod> Outdated(V1DaemonSet set, List<V1Pod> kept, string hash, int wanted, DateTimeOffset now)
    {
        if (set.Spec.UpdateStrategy?.Type == "OnDelete")
        {
            return [];
        }

        var available = kept.Where(pod => pod.IsAvailable(set.Spec.MinReadySeconds ?? 0, now)).ToHashSet();
        var old = kept.Where(pod => !IsUpdated(pod, hash)).ToList();
        var room = MaxUnavailable(set, wanted) - (wanted - available.Count);
        return [.. old.Where(pod => !available.Contains(pod)), .. old.Where(available.Contains).Take(Math.Max(0, room))];
    }

    /// <summary>A surge of new pods beside the old ones is taken for as many that may be missing.</summary>
    private static int MaxUnavailable(V1DaemonSet set, int wanted)
    {
        var rolling = set.Spec.UpdateStrategy?.RollingUpdate;
        return Math.Max(1, Math.Max(Resolve(rolling?.MaxUnavailable, wanted), Resolve(rolling?.MaxSurge, wanted)));
    }

    private static int Resolve(IntOrString? value, int of) => value?.Value is not { Length: > 0 } text ? 0
        : text.EndsWith('%') ? (int)(((int.Parse(text.AsSpan()[..^1], CultureInfo.InvariantCulture) * (long)of) + 99) / 100)
        : int.Parse(text, CultureInfo.InvariantCulture);

    private static bool IsUpdated(V1Pod pod, string hash) => pod.Metadata.Labels?.TryGetValue(DaemonPods.HashLabel, out var present) == true && present == hash;

    private static V1DaemonSetStatus StatusOf(V1DaemonSet set, List<V1Pod> kept, string hash, (int Wanted, int Current, int Misplaced) nodes, DateTimeOffset now)
    {
        var available = kept.Count(pod => pod.IsAvailable(set.Spec.MinReadySeconds ?? 0, now));
        return new V1DaemonSetStatus
        {
            CurrentNumberScheduled = nodes.Current,
            NumberMisscheduled = nodes.Misplaced,
            DesiredNumberScheduled = nodes.Wanted,
            NumberReady = kept.Count(pod => pod.IsReady()),
            ObservedGeneration = set.Metadata.Generation,
            UpdatedNumberScheduled = NullIfZero(kept.Count(pod => IsUpdated(pod, hash))),
            NumberAvailable = NullIfZero(available),
            NumberUnavailable = NullIfZero(nodes.Wanted - available),
            CollisionCount = set.Status?.CollisionCount,
            Conditions = set.Status?.Conditions,
        };
    }

    private static int? NullIfZero(int count) => count == 0 ? null : count;
}
