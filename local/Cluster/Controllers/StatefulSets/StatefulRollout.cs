using k8s.Models;
using Scalelab.Cluster.Controllers.ControllerRevisions;

namespace Scalelab.Cluster.Controllers.StatefulSets;

/// <summary>
/// One look at one StatefulSet: makes what is missing, ends what is too much, replaces what is old; in order, one pod at a time, unless the set's
/// policy is Parallel. What it does brings the set back for the next look.
/// </summary>
internal sealed class StatefulRollout(V1StatefulSet set, IReadOnlyCollection<V1Pod> pods, V1ControllerRevision current, V1ControllerRevision update, StatefulPods control, DateTimeOffset now)
{
    private readonly bool _ordered = set.Spec.PodManagementPolicy != "Parallel";
    private readonly Dictionary<int, V1Pod> _byOrdinal = pods.GroupBy(pod => StatefulPods.OrdinalIn(set, pod)!.Value).ToDictionary(group => group.Key, group => group.First());

    private int First => StatefulPods.FirstOrdinal(set);

    private int End => First + (set.Spec.Replicas ?? 1);

    private int Partition => set.Spec.UpdateStrategy?.RollingUpdate?.Partition ?? 0;

    public async Task StepAsync(CancellationToken cancellationToken)
    {
        if (await GrowAsync(cancellationToken) && await ShrinkAsync(cancellationToken) && set.Spec.UpdateStrategy?.Type != "OnDelete")
        {
            await ReplaceAsync(cancellationToken);
        }
    }

    /// <summary>False while something has to be waited for.</summary>
    private async Task<bool> GrowAsync(CancellationToken cancellationToken)
    {
        var complete = true;
        for (var ordinal = First; ordinal < End; ordinal++)
        {
            var present = _byOrdinal.GetValueOrDefault(ordinal);
            if (present is not null && present.IsTerminal() && present.Metadata.DeletionTimestamp is null)
            {
                // The next one is made when this one is gone.
                await control.DeleteAsync(set, present, cancellationToken);
                complete = false;
            }
            else if (present is null)
            {
                // Pods below the partition stay as they were, even where they come back.
                var revision = ordinal < First + Partition ? current : update;
                await control.CreateAsync(set, ordinal, TemplateData.Template(revision), revision.Metadata.Name, cancellationToken);
                complete = false;
            }
            else if (_ordered && !IsHealthy(present))
            {
                complete = false;
            }

            if (_ordered && !complete)
            {
                return false;
            }
        }

        return complete || !_ordered;
    }

    private async Task<bool> ShrinkAsync(CancellationToken cancellationToken)
    {
        var condemned = _byOrdinal.Where(entry => entry.Key < First || entry.Key >= End).OrderByDescending(entry => entry.Key).Select(entry => entry.Value).ToList();
        foreach (var pod in condemned)
        {
            if (pod.Metadata.DeletionTimestamp is null)
            {
                await control.DeleteAsync(set, pod, cancellationToken);
            }

            if (_ordered)
            {
                return false;
            }
        }

        return condemned.Count == 0;
    }

    /// <summary>From the last to the first, each only when those after it are healthy.</summary>
    private async Task ReplaceAsync(CancellationToken cancellationToken)
    {
        for (var ordinal = End - 1; ordinal >= First + Partition; ordinal--)
        {
            if (_byOrdinal.GetValueOrDefault(ordinal) is not { } pod)
            {
                return;
            }

            if (StatefulPods.RevisionOf(pod) != update.Metadata.Name && pod.Metadata.DeletionTimestamp is null)
            {
                await control.DeleteAsync(set, pod, cancellationToken);
                return;
            }

            if (!IsHealthy(pod))
            {
                return;
            }
        }
    }

    private bool IsHealthy(V1Pod pod) => pod.Metadata.DeletionTimestamp is null && pod.Status?.Phase == "Running" && pod.IsAvailable(set.Spec.MinReadySeconds ?? 0, now);
}
