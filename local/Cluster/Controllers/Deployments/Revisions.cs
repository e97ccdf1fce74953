using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>The ReplicaSets as revisions: finds or makes the one of the present template, forgets the oldest.</summary>
internal sealed class Revisions(IApiClient client, RolloutState state)
{
    private long NextRevision => state.Old.Select(set => RevisionAnnotations.RevisionOf(set.Metadata)).DefaultIfEmpty().Max() + 1;

    /// <summary>Tells old ReplicaSets and the new one apart; true where the new one was behind the Deployment and has been written.</summary>
    public async Task<bool> FindAsync(CancellationToken cancellationToken)
    {
        state.Sort();
        return state.New is { } present && await KeepAsync(present, cancellationToken);
    }

    /// <summary>Makes the new ReplicaSet where there is none.</summary>
    public Task EnsureNewAsync(CancellationToken cancellationToken) => state.New is null ? CreateAsync(cancellationToken) : Task.CompletedTask;

    /// <summary>Deletes the revisions beyond the history's limit, the oldest first, where nothing is left of them.</summary>
    public async Task ForgetOldAsync(CancellationToken cancellationToken)
    {
        if (state.Deployment.Spec.RevisionHistoryLimit is not { } limit)
        {
            return;
        }

        var alive = state.Old.Where(set => set.Metadata.DeletionTimestamp is null).OrderBy(set => RevisionAnnotations.RevisionOf(set.Metadata)).ToList();
        foreach (var set in alive.Take(Math.Max(0, alive.Count - limit)))
        {
            if (set.Spec.Replicas == 0 && (set.Status?.Replicas ?? 0) == 0 && (set.Metadata.Generation ?? 0) <= (set.Status?.ObservedGeneration ?? 0))
            {
                await client.DeleteAsync<V1ReplicaSet>(
                    set.Metadata.NamespaceProperty, set.Metadata.Name, new V1DeleteOptions { PropagationPolicy = "Background" }, cancellationToken);
            }
        }
    }

    private async Task<bool> KeepAsync(V1ReplicaSet present, CancellationToken cancellationToken)
    {
        var copy = present.Copy();
        var changed = RevisionAnnotations.HandOn(state.Deployment, copy, NextRevision, exists: true);
        if (copy.Spec.MinReadySeconds != state.Deployment.Spec.MinReadySeconds)
        {
            copy.Spec.MinReadySeconds = state.Deployment.Spec.MinReadySeconds;
            changed = true;
        }

        if (changed)
        {
            state.Take(await client.UpdateAsync(copy, cancellationToken));
            return true;
        }

        V1DeploymentStatus? status = null;
        if (state.HasDeadline && DeploymentConditions.Find(state.Deployment.Status, DeploymentConditions.Progressing) is null)
        {
            status = state.CopyOfStatus();
            DeploymentConditions.Set(status, state.Condition(
                DeploymentConditions.Progressing, "True", DeploymentConditions.FoundNewReplicaSet, $"Found new replica set \"{copy.Metadata.Name}\""));
        }

        await state.WriteAsync(status, RevisionAnnotations.TextOf(present.Metadata), cancellationToken);
        return false;
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        await Owners.RequireAsync(client, state.Deployment, cancellationToken);
        var wanted = NewReplicaSet(NextRevision);
        var created = true;
        V1ReplicaSet set;
        try
        {
            set = await client.CreateAsync(wanted, cancellationToken);
        }
        catch (ApiException exception) when (exception.Reason == "AlreadyExists")
        {
            set = await client.GetAsync<V1ReplicaSet>(wanted.Metadata.NamespaceProperty, wanted.Metadata.Name, cancellationToken);
            if (PodFilters.ControllerOf(set)?.Uid != state.Deployment.Metadata.Uid || !TemplateHash.AreEqual(set.Spec.Template, wanted.Spec.Template))
            {
                // Another template has the same hash: the next try counts one collision more.
                var collided = state.CopyOfStatus();
                collided.CollisionCount = (collided.CollisionCount ?? 0) + 1;
                await state.WriteAsync(collided, null, cancellationToken);
                throw;
            }

            created = false;
        }
        catch (ApiException exception) when (exception.Reason != "NamespaceTerminating")
        {
            await ReportFailureAsync($"Failed to create new replica set \"{wanted.Metadata.Name}\": {exception.Message}", cancellationToken);
            throw;
        }

        state.Take(set, isNew: true);
        if (created && set.Spec.Replicas > 0)
        {
            state.Record("Normal", "ScalingReplicaSet", $"Scaled up replica set {set.Metadata.Name} from 0 to {set.Spec.Replicas}");
        }

        var status = state.CopyOfStatus();
        if (created && state.HasDeadline)
        {
            DeploymentConditions.Set(status, state.Condition(
                DeploymentConditions.Progressing, "True", DeploymentConditions.NewReplicaSetCreated, $"Created new replica set \"{set.Metadata.Name}\""));
        }

        await state.WriteAsync(status, RevisionAnnotations.TextOf(set.Metadata), cancellationToken);
    }

    private async Task ReportFailureAsync(string message, CancellationToken cancellationToken)
    {
        if (state.HasDeadline)
        {
            var failed = state.CopyOfStatus();
            DeploymentConditions.Set(failed, state.Condition(DeploymentConditions.Progressing, "False", DeploymentConditions.ReplicaSetCreateError, message));
            await state.WriteAsync(failed, null, cancellationToken);
        }

        state.Record("Warning", DeploymentConditions.ReplicaSetCreateError, message);
    }

    private V1ReplicaSet NewReplicaSet(long revision)
    {
        var deployment = state.Deployment;
        var template = deployment.Spec.Template.Copy();
        var hash = TemplateHash.Of(template, deployment.Status?.CollisionCount);
        template.Metadata ??= new V1ObjectMeta();
        template.Metadata.Labels = new Dictionary<string, string>(template.Metadata.Labels ?? new Dictionary<string, string>()) { [TemplateHash.Label] = hash };
        var selector = deployment.Spec.Selector.Copy();
        selector.MatchLabels = new Dictionary<string, string>(selector.MatchLabels ?? new Dictionary<string, string>()) { [TemplateHash.Label] = hash };
        var wanted = new V1ReplicaSet
        {
            ApiVersion = "apps/v1",
            Kind = "ReplicaSet",
            Metadata = new V1ObjectMeta
            {
                Name = $"{deployment.Metadata.Name}-{hash}",
                NamespaceProperty = deployment.Metadata.NamespaceProperty,
                Labels = template.Metadata.Labels,
                OwnerReferences = [Claims.Reference(deployment, "apps/v1", "Deployment")],
            },
            Spec = new V1ReplicaSetSpec
            {
                Replicas = RolloutMath.NewSize(deployment, state.Old, 0),
                MinReadySeconds = deployment.Spec.MinReadySeconds,
                Selector = selector,
                Template = template,
            },
        };
        RevisionAnnotations.HandOn(deployment, wanted, revision, exists: false);
        return wanted;
    }
}
