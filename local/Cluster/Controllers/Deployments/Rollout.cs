using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>
/// One look at one Deployment: takes at most one step (creates, scales or deletes ReplicaSets) and writes the status. The result of
/// the step brings the Deployment back for the next one.
/// </summary>
/// <param name="sets">The Deployment's own ReplicaSets.</param>
internal sealed class Rollout(
    IApiClient client, EventRecorder events, TimeProvider time, V1Deployment deployment, List<V1ReplicaSet> sets, Func<V1ReplicaSet, IEnumerable<V1Pod>> podsOf)
{
    private static readonly V1EventSource Source = new() { Component = "deployment-controller" };

    private V1Deployment _deployment = deployment;
    private List<V1ReplicaSet> _old = [];
    private V1ReplicaSet? _new;

    /// <summary>When to look again though nothing has changed: then the progress deadline may be over.</summary>
    public TimeSpan? CheckAfter { get; private set; }

    private IEnumerable<V1ReplicaSet> All => _new is null ? _old : [.. _old, _new];

    private bool HasDeadline => _deployment.Spec.ProgressDeadlineSeconds is { } seconds && seconds != int.MaxValue;

    private int Replicas => RolloutMath.Replicas(_deployment);

    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        if (_deployment.Metadata.DeletionTimestamp is not null)
        {
            await FindAsync(create: false, cancellationToken);
            await SyncStatusAsync(cancellationToken);
            return;
        }

        await SyncPausedConditionAsync(cancellationToken);
        if (_deployment.Spec.Paused == true || IsScaling())
        {
            await FindAsync(create: false, cancellationToken);
            await ScaleAsync(cancellationToken);
            if (_deployment.Spec.Paused == true)
            {
                await ForgetOldRevisionsAsync(cancellationToken);
            }

            await SyncStatusAsync(cancellationToken);
        }
        else if (RolloutMath.IsRolling(_deployment))
        {
            await RollAsync(cancellationToken);
        }
        else
        {
            await RecreateAsync(cancellationToken);
        }
    }

    private async Task RollAsync(CancellationToken cancellationToken)
    {
        await FindAsync(create: true, cancellationToken);
        if (!await GrowNewAsync(cancellationToken) && !await ShrinkOldAsync(cancellationToken) && IsComplete(_deployment.Status))
        {
            await ForgetOldRevisionsAsync(cancellationToken);
        }

        await SyncRolloutStatusAsync(cancellationToken);
    }

    private async Task RecreateAsync(CancellationToken cancellationToken)
    {
        await FindAsync(create: false, cancellationToken);
        var shrunk = false;
        foreach (var set in _old.Where(set => set.Spec.Replicas > 0).ToList())
        {
            shrunk |= await ResizeAsync(set, 0, cancellationToken);
        }

        if (!shrunk && !_old.Any(set => podsOf(set).Any(pod => !pod.IsTerminal())))
        {
            if (_new is null)
            {
                await FindAsync(create: true, cancellationToken);
            }

            await ResizeAsync(_new!, Replicas, cancellationToken);
            if (IsComplete(_deployment.Status))
            {
                await ForgetOldRevisionsAsync(cancellationToken);
            }
        }

        await SyncRolloutStatusAsync(cancellationToken);
    }

    /// <summary>Tells old ReplicaSets and the new one apart, and makes the new one where there is none.</summary>
    private async Task FindAsync(bool create, CancellationToken cancellationToken)
    {
        var sorted = sets.OrderBy(set => set.Metadata.CreationTimestamp).ThenBy(set => set.Metadata.Name, StringComparer.Ordinal).ToList();
        _new = sorted.FirstOrDefault(set => TemplateHash.AreEqual(set.Spec.Template, _deployment.Spec.Template));
        _old = [.. sorted.Where(set => set != _new)];
        var revision = _old.Select(set => RevisionAnnotations.RevisionOf(set.Metadata)).DefaultIfEmpty().Max() + 1;
        if (_new is not null)
        {
            await KeepNewAsync(revision, cancellationToken);
        }
        else if (create)
        {
            await CreateNewAsync(revision, cancellationToken);
        }
    }

    private async Task KeepNewAsync(long revision, CancellationToken cancellationToken)
    {
        var copy = _new!.Copy();
        var changed = RevisionAnnotations.HandOn(_deployment, copy, revision, exists: true);
        if (copy.Spec.MinReadySeconds != _deployment.Spec.MinReadySeconds)
        {
            copy.Spec.MinReadySeconds = _deployment.Spec.MinReadySeconds;
            changed = true;
        }

        if (changed)
        {
            var written = await client.UpdateAsync(copy, cancellationToken);
            sets = [.. sets.Select(set => set.Metadata.Uid == written.Metadata.Uid ? written : set)];
            _new = written;
        }

        if (HasDeadline && DeploymentConditions.Find(_deployment.Status, DeploymentConditions.Progressing) is null)
        {
            var status = CopyOfStatus();
            DeploymentConditions.Set(status, Condition(
                DeploymentConditions.Progressing, "True", DeploymentConditions.FoundNewReplicaSet, $"Found new replica set \"{copy.Metadata.Name}\""));
            await WriteAsync(status, _new, cancellationToken);
        }
        else
        {
            await WriteAsync(null, _new, cancellationToken);
        }
    }

    private async Task CreateNewAsync(long revision, CancellationToken cancellationToken)
    {
        var template = _deployment.Spec.Template.Copy();
        var hash = TemplateHash.Of(template, _deployment.Status?.CollisionCount);
        template.Metadata ??= new V1ObjectMeta();
        template.Metadata.Labels = new Dictionary<string, string>(template.Metadata.Labels ?? new Dictionary<string, string>()) { [TemplateHash.Label] = hash };
        var selector = _deployment.Spec.Selector.Copy();
        selector.MatchLabels = new Dictionary<string, string>(selector.MatchLabels ?? new Dictionary<string, string>()) { [TemplateHash.Label] = hash };
        var wanted = new V1ReplicaSet
        {
            ApiVersion = "apps/v1",
            Kind = "ReplicaSet",
            Metadata = new V1ObjectMeta
            {
                Name = $"{_deployment.Metadata.Name}-{hash}",
                NamespaceProperty = _deployment.Metadata.NamespaceProperty,
                Labels = template.Metadata.Labels,
                OwnerReferences = [Claims.Reference(_deployment, "apps/v1", "Deployment")],
            },
            Spec = new V1ReplicaSetSpec
            {
                Replicas = RolloutMath.NewSize(_deployment, _old, 0),
                MinReadySeconds = _deployment.Spec.MinReadySeconds,
                Selector = selector,
                Template = template,
            },
        };
        RevisionAnnotations.HandOn(_deployment, wanted, revision, exists: false);

        var created = true;
        try
        {
            _new = await client.CreateAsync(wanted, cancellationToken);
        }
        catch (ApiException exception) when (exception.Reason == "AlreadyExists")
        {
            var existing = await client.GetAsync<V1ReplicaSet>(wanted.Metadata.NamespaceProperty, wanted.Metadata.Name, cancellationToken);
            if (PodFilters.ControllerOf(existing)?.Uid != _deployment.Metadata.Uid || !TemplateHash.AreEqual(existing.Spec.Template, template))
            {
                // Another template has the same hash: the next try counts one collision more.
                var collided = CopyOfStatus();
                collided.CollisionCount = (collided.CollisionCount ?? 0) + 1;
                await WriteAsync(collided, null, cancellationToken);
                throw;
            }

            _new = existing;
            created = false;
        }
        catch (ApiException exception) when (HasDeadline && exception.Reason != "NamespaceTerminating")
        {
            var failed = CopyOfStatus();
            DeploymentConditions.Set(failed, Condition(
                DeploymentConditions.Progressing, "False", "ReplicaSetCreateError", $"Failed to create new replica set \"{wanted.Metadata.Name}\": {exception.Message}"));
            await WriteAsync(failed, null, cancellationToken);
            throw;
        }

        sets = [.. sets.Where(set => set.Metadata.Uid != _new.Metadata.Uid), _new];
        if (created && _new.Spec.Replicas > 0)
        {
            Record($"Scaled up replica set {_new.Metadata.Name} from 0 to {_new.Spec.Replicas}");
        }

        var status = CopyOfStatus();
        if (created && HasDeadline)
        {
            DeploymentConditions.Set(status, Condition(
                DeploymentConditions.Progressing, "True", DeploymentConditions.NewReplicaSetCreated, $"Created new replica set \"{_new.Metadata.Name}\""));
        }

        await WriteAsync(status, _new, cancellationToken);
    }

    private async Task<bool> GrowNewAsync(CancellationToken cancellationToken)
    {
        var size = _new!.Spec.Replicas ?? 0;
        return size != Replicas
            && await ResizeAsync(_new, size > Replicas ? Replicas : RolloutMath.NewSize(_deployment, All, size), cancellationToken);
    }

    private async Task<bool> ShrinkOldAsync(CancellationToken cancellationToken)
    {
        if (_old.Sum(set => set.Spec.Replicas ?? 0) == 0)
        {
            return false;
        }

        var minimum = Replicas - RolloutMath.MaxUnavailable(_deployment);
        var newUnavailable = (_new!.Spec.Replicas ?? 0) - (_new.Status?.AvailableReplicas ?? 0);
        var spare = All.Sum(set => set.Spec.Replicas ?? 0) - minimum - newUnavailable;
        if (spare <= 0)
        {
            return false;
        }

        // What does not serve anyway goes first, lest a broken old revision hold the new one up.
        var removed = 0;
        foreach (var set in _old.Where(set => set.Spec.Replicas > 0).ToList())
        {
            var unavailable = (set.Spec.Replicas ?? 0) - (set.Status?.AvailableReplicas ?? 0);
            var count = Math.Min(spare - removed, unavailable);
            if (count > 0)
            {
                await ResizeAsync(set, set.Spec.Replicas!.Value - count, cancellationToken);
                removed += count;
            }
        }

        var available = All.Sum(set => set.Status?.AvailableReplicas ?? 0);
        var removable = available - minimum;
        var shrunk = 0;
        foreach (var set in _old.Where(set => set.Spec.Replicas > 0).ToList())
        {
            var count = Math.Min(set.Spec.Replicas ?? 0, removable - shrunk);
            if (count > 0)
            {
                await ResizeAsync(set, set.Spec.Replicas!.Value - count, cancellationToken);
                shrunk += count;
            }
        }

        return removed + shrunk > 0;
    }

    private bool IsScaling() => sets.Where(set => set.Spec.Replicas > 0)
        .Any(set => RevisionAnnotations.Number(set.Metadata, RevisionAnnotations.Desired) is { } desired && desired != Replicas);

    /// <summary>Follows a change of the number of replicas, without going on with the rollout.</summary>
    private async Task ScaleAsync(CancellationToken cancellationToken)
    {
        var active = All.Where(set => set.Spec.Replicas > 0).ToList();
        if (active.Count <= 1)
        {
            if ((active.Count == 1 ? active[0] : _new ?? _old.LastOrDefault()) is { } only)
            {
                await ResizeAsync(only, Replicas, cancellationToken);
            }

            return;
        }

        if (_new is not null && _new.Spec.Replicas == Replicas && _new.Status?.AvailableReplicas == Replicas
            && RevisionAnnotations.Number(_new.Metadata, RevisionAnnotations.Desired) == Replicas)
        {
            foreach (var set in _old.Where(set => set.Spec.Replicas > 0).ToList())
            {
                await ResizeAsync(set, 0, cancellationToken);
            }

            return;
        }

        if (RolloutMath.IsRolling(_deployment))
        {
            await ScaleProportionallyAsync(active, cancellationToken);
        }
    }

    private async Task ScaleProportionallyAsync(List<V1ReplicaSet> active, CancellationToken cancellationToken)
    {
        var allowed = Replicas > 0 ? Replicas + RolloutMath.MaxSurge(_deployment) : 0;
        var change = allowed - active.Sum(set => set.Spec.Replicas ?? 0);

        // The largest first; of equal ones the newer grows and the older shrinks.
        var ordered = change > 0
            ? active.OrderByDescending(set => set.Spec.Replicas).ThenByDescending(set => set.Metadata.CreationTimestamp).ToList()
            : [.. active.OrderByDescending(set => set.Spec.Replicas).ThenBy(set => set.Metadata.CreationTimestamp)];
        var done = 0;
        var sizes = new List<int>();
        foreach (var set in ordered)
        {
            var size = set.Spec.Replicas ?? 0;
            var before = (int?)RevisionAnnotations.Number(set.Metadata, RevisionAnnotations.Maximum) ?? _deployment.Status?.Replicas ?? 0;
            var share = change == done ? 0 : RolloutMath.ProportionalChange(_deployment, size, before, change - done);
            done += share;
            sizes.Add(size + share);
        }

        // Rounding may leave some over; they go to the largest.
        sizes[0] = Math.Max(0, sizes[0] + change - done);
        for (var index = 0; index < ordered.Count; index++)
        {
            await ResizeAsync(ordered[index], sizes[index], cancellationToken);
        }
    }

    /// <summary>Gives a ReplicaSet a size and notes the Deployment's; true where the size was another.</summary>
    private async Task<bool> ResizeAsync(V1ReplicaSet set, int size, CancellationToken cancellationToken)
    {
        var before = set.Spec.Replicas ?? 0;
        var copy = set.Copy();
        copy.Spec.Replicas = size;
        if (!RevisionAnnotations.NoteSizes(_deployment, copy) && before == size)
        {
            return false;
        }

        var written = await client.UpdateAsync(copy, cancellationToken);
        sets = [.. sets.Select(one => one.Metadata.Uid == written.Metadata.Uid ? written : one)];
        _old = [.. _old.Select(one => one.Metadata.Uid == written.Metadata.Uid ? written : one)];
        _new = _new?.Metadata.Uid == written.Metadata.Uid ? written : _new;
        if (before != size)
        {
            Record($"Scaled {(size > before ? "up" : "down")} replica set {set.Metadata.Name} from {before} to {size}");
        }

        return before != size;
    }

    private async Task ForgetOldRevisionsAsync(CancellationToken cancellationToken)
    {
        if (_deployment.Spec.RevisionHistoryLimit is not { } limit)
        {
            return;
        }

        var alive = _old.Where(set => set.Metadata.DeletionTimestamp is null).OrderBy(set => RevisionAnnotations.RevisionOf(set.Metadata)).ToList();
        foreach (var set in alive.Take(Math.Max(0, alive.Count - limit)))
        {
            if (set.Spec.Replicas == 0 && (set.Status?.Replicas ?? 0) == 0 && (set.Metadata.Generation ?? 0) <= (set.Status?.ObservedGeneration ?? 0))
            {
                await client.DeleteAsync<V1ReplicaSet>(
                    set.Metadata.NamespaceProperty, set.Metadata.Name, new V1DeleteOptions { PropagationPolicy = "Background" }, cancellationToken);
            }
        }
    }

    private async Task SyncPausedConditionAsync(CancellationToken cancellationToken)
    {
        var progressing = DeploymentConditions.Find(_deployment.Status, DeploymentConditions.Progressing);
        if (!HasDeadline || progressing?.Reason == DeploymentConditions.ProgressDeadlineExceeded)
        {
            return;
        }

        var marked = progressing?.Reason == DeploymentConditions.Paused;
        var paused = _deployment.Spec.Paused == true;
        if (paused == marked)
        {
            return;
        }

        var status = CopyOfStatus();
        DeploymentConditions.Set(status, paused
            ? Condition(DeploymentConditions.Progressing, "Unknown", DeploymentConditions.Paused, "Deployment is paused")
            : Condition(DeploymentConditions.Progressing, "Unknown", DeploymentConditions.Resumed, "Deployment is resumed"));
        await WriteAsync(status, null, cancellationToken);
    }

    private Task SyncStatusAsync(CancellationToken cancellationToken) => WriteAsync(Status(), null, cancellationToken);

    private async Task SyncRolloutStatusAsync(CancellationToken cancellationToken)
    {
        var status = Status();
        var current = DeploymentConditions.Find(_deployment.Status, DeploymentConditions.Progressing);
        if (!HasDeadline)
        {
            DeploymentConditions.Remove(status, DeploymentConditions.Progressing);
        }
        else if (!((status.Replicas ?? 0) == (status.UpdatedReplicas ?? 0) && current?.Reason == DeploymentConditions.NewReplicaSetAvailable))
        {
            SetProgress(status, current);
        }

        var failure = All.SelectMany(set => set.Status?.Conditions ?? []).FirstOrDefault(condition => condition.Type == DeploymentConditions.ReplicaFailure);
        if (failure is not null)
        {
            DeploymentConditions.Set(status, Condition(DeploymentConditions.ReplicaFailure, failure.Status, failure.Reason, failure.Message));
        }
        else
        {
            DeploymentConditions.Remove(status, DeploymentConditions.ReplicaFailure);
        }

        await WriteAsync(status, null, cancellationToken);
        WatchDeadline();
    }

    private void SetProgress(V1DeploymentStatus status, V1DeploymentCondition? current)
    {
        var subject = _new is null ? $"Deployment \"{_deployment.Metadata.Name}\"" : $"ReplicaSet \"{_new.Metadata.Name}\"";
        if (IsComplete(status))
        {
            DeploymentConditions.Set(status, Condition(DeploymentConditions.Progressing, "True", DeploymentConditions.NewReplicaSetAvailable, $"{subject} has successfully progressed."));
        }
        else if (IsProgress(_deployment.Status, status))
        {
            var condition = Condition(DeploymentConditions.Progressing, "True", DeploymentConditions.ReplicaSetUpdated, $"{subject} is progressing.");
            DeploymentConditions.Remove(status, DeploymentConditions.Progressing);
            DeploymentConditions.Set(status, current?.Status == "True" ? condition with { LastTransitionTime = current.LastTransitionTime } : condition);
        }
        else if (IsTimedOut(status))
        {
            DeploymentConditions.Set(status, Condition(DeploymentConditions.Progressing, "False", DeploymentConditions.ProgressDeadlineExceeded, $"{subject} has timed out progressing."));
        }
    }

    private V1DeploymentStatus Status()
    {
        var available = All.Sum(set => set.Status?.AvailableReplicas ?? 0);
        var status = new V1DeploymentStatus
        {
            ObservedGeneration = _deployment.Metadata.Generation,
            Replicas = NullIfZero(All.Sum(set => set.Status?.Replicas ?? 0)),
            UpdatedReplicas = NullIfZero(_new?.Status?.Replicas ?? 0),
            ReadyReplicas = NullIfZero(All.Sum(set => set.Status?.ReadyReplicas ?? 0)),
            AvailableReplicas = NullIfZero(available),
            UnavailableReplicas = NullIfZero(Math.Max(0, All.Sum(set => set.Spec.Replicas ?? 0) - available)),
            TerminatingReplicas = All.Sum(set => set.Status?.TerminatingReplicas ?? 0),
            CollisionCount = _deployment.Status?.CollisionCount,
            Conditions = [.. _deployment.Status?.Conditions ?? []],
        };
        DeploymentConditions.Set(status, available >= Replicas - RolloutMath.MaxUnavailable(_deployment)
            ? Condition(DeploymentConditions.Available, "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
            : Condition(DeploymentConditions.Available, "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability."));
        return status;
    }

    private bool IsComplete(V1DeploymentStatus? status) =>
        status is not null
        && (status.UpdatedReplicas ?? 0) == Replicas
        && (status.Replicas ?? 0) == Replicas
        && (status.AvailableReplicas ?? 0) == Replicas
        && (status.ObservedGeneration ?? 0) >= (_deployment.Metadata.Generation ?? 0);

    private static bool IsProgress(V1DeploymentStatus? before, V1DeploymentStatus after) =>
        (after.UpdatedReplicas ?? 0) > (before?.UpdatedReplicas ?? 0)
        || (after.Replicas ?? 0) - (after.UpdatedReplicas ?? 0) < (before?.Replicas ?? 0) - (before?.UpdatedReplicas ?? 0)
        || (after.ReadyReplicas ?? 0) > (before?.ReadyReplicas ?? 0)
        || (after.AvailableReplicas ?? 0) > (before?.AvailableReplicas ?? 0);

    private bool IsTimedOut(V1DeploymentStatus status)
    {
        var condition = DeploymentConditions.Find(status, DeploymentConditions.Progressing);
        return condition?.Reason == DeploymentConditions.ProgressDeadlineExceeded
            || (condition is { LastUpdateTime: { } since, Reason: not DeploymentConditions.NewReplicaSetAvailable } && Deadline(since) < time.GetUtcNow());
    }

    private DateTimeOffset Deadline(DateTime since) => PodFilters.Utc(since).AddSeconds(_deployment.Spec.ProgressDeadlineSeconds ?? 600);

    private void WatchDeadline()
    {
        var condition = DeploymentConditions.Find(_deployment.Status, DeploymentConditions.Progressing);
        if (HasDeadline && !IsComplete(_deployment.Status)
            && condition is { LastUpdateTime: { } since, Reason: not (DeploymentConditions.NewReplicaSetAvailable or DeploymentConditions.ProgressDeadlineExceeded) })
        {
            // A second more, because conditions know whole seconds only.
            var rest = Deadline(since) - time.GetUtcNow() + TimeSpan.FromSeconds(1);
            CheckAfter = rest > TimeSpan.Zero ? rest : TimeSpan.FromSeconds(1);
        }
    }

    private V1DeploymentStatus CopyOfStatus() => _deployment.Status is { } status ? status.Copy() : new V1DeploymentStatus();

    /// <summary>Writes what differs: the revision of the new ReplicaSet, and the status.</summary>
    private async Task WriteAsync(V1DeploymentStatus? status, V1ReplicaSet? revisionOf, CancellationToken cancellationToken)
    {
        if (status is { Conditions.Count: 0 })
        {
            status.Conditions = null;
        }

        var next = _deployment with { Status = status ?? _deployment.Status };
        var revision = revisionOf?.Metadata.Annotations?.TryGetValue(RevisionAnnotations.Revision, out var text) == true ? text : null;
        if (revision is not null && (_deployment.Metadata.Annotations?.TryGetValue(RevisionAnnotations.Revision, out var old) != true || old != revision))
        {
            var annotations = new Dictionary<string, string>(_deployment.Metadata.Annotations ?? new Dictionary<string, string>()) { [RevisionAnnotations.Revision] = revision };
            next.Metadata = _deployment.Metadata.Copy();
            next.Metadata.Annotations = annotations;
        }
        else if (status is null || status.IsSameAs(_deployment.Status))
        {
            return;
        }

        // The status subresource of Deployments takes annotations too: upstream writes revision and condition at once.
        _deployment = await client.UpdateStatusAsync(next, cancellationToken);
    }

    private V1DeploymentCondition Condition(string type, string status, string reason, string message) =>
        DeploymentConditions.New(type, status, reason, message, time.GetUtcNow());

    private static int? NullIfZero(int count) => count == 0 ? null : count;

    private void Record(string message) => events.Record(EventRecorder.Reference(_deployment, "apps/v1", "Deployment"), Source, "Normal", "ScalingReplicaSet", message);
}
