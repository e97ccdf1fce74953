using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>One Deployment and its ReplicaSets, as this look at them finds and leaves them.</summary>
/// <param name="sets">The Deployment's own ReplicaSets.</param>
internal sealed class RolloutState(IApiClient client, EventRecorder events, TimeProvider time, V1Deployment deployment, List<V1ReplicaSet> sets)
{
    private static readonly V1EventSource Source = new() { Component = "deployment-controller" };

    private List<V1ReplicaSet> _sets = sets;
    private List<V1ReplicaSet> _found = [];
    private string? _newUid;
    private bool _written;

    /// <summary>As last written; a copy of its own.</summary>
    public V1Deployment Deployment { get; private set; } = deployment;

    /// <summary>The ReplicaSet of the present template; null where there is none.</summary>
    public V1ReplicaSet? New => _sets.Find(set => set.Metadata.Uid == _newUid);

    /// <summary>The others, the oldest first.</summary>
    public List<V1ReplicaSet> Old => [.. _sets.Where(set => set.Metadata.Uid != _newUid)];

    public List<V1ReplicaSet> All => New is { } present ? [.. Old, present] : Old;

    /// <summary>The others that have a size.</summary>
    public List<V1ReplicaSet> ActiveOld => [.. Old.Where(set => set.Spec.Replicas > 0)];

    /// <summary>How many pods the ReplicaSets asked for when they were looked up: a step taken since then shows in the next look's status.</summary>
    public int AskedFor => _found.Sum(set => set.Spec.Replicas ?? 0);

    public bool HasDeadline => Deployment.Spec.ProgressDeadlineSeconds is { } seconds && seconds != int.MaxValue;

    public int Replicas => RolloutMath.Replicas(Deployment);

    /// <summary>Finds the ReplicaSet of the present template among the others.</summary>
    public void Sort()
    {
        _sets = [.. _sets.OrderBy(set => set.Metadata.CreationTimestamp).ThenBy(set => set.Metadata.Name, StringComparer.Ordinal)];
        _newUid = _sets.Find(set => TemplateHash.AreEqual(set.Spec.Template, Deployment.Spec.Template))?.Metadata.Uid;
        _found = _sets;
    }

    /// <summary>Takes in a ReplicaSet as it has been written.</summary>
    public void Take(V1ReplicaSet written, bool isNew = false)
    {
        _sets = [.. _sets.Where(set => set.Metadata.Uid != written.Metadata.Uid), written];
        _sets.Sort((one, other) => (one.Metadata.CreationTimestamp, one.Metadata.Name).CompareTo((other.Metadata.CreationTimestamp, other.Metadata.Name)));
        if (isNew)
        {
            _newUid = written.Metadata.Uid;
            _found = _sets;
        }
    }

    /// <summary>Gives a ReplicaSet a size and notes the Deployment's; true where the size was another.</summary>
    public async Task<bool> ResizeAsync(V1ReplicaSet set, int size, CancellationToken cancellationToken)
    {
        var before = set.Spec.Replicas ?? 0;
        var copy = set.Copy();
        copy.Spec.Replicas = size;
        if (!RevisionAnnotations.NoteSizes(Deployment, copy) && before == size)
        {
            return false;
        }

        Take(await client.UpdateAsync(copy, cancellationToken));
        if (before != size)
        {
            Record("Normal", "ScalingReplicaSet", $"Scaled {(size > before ? "up" : "down")} replica set {set.Metadata.Name} from {before} to {size}");
        }

        return before != size;
    }

    public V1DeploymentStatus CopyOfStatus() => Deployment.Status is { } status ? status.Copy() : new V1DeploymentStatus();

    /// <summary>
    /// Writes the status where it differs, and with it a revision. Upstream writes each from the same copy, so that of what it has to say on the
    /// way the first write alone succeeds; the numbers at a look's end it writes at once again. Here they are written with the look: how a rollout
    /// gets on is told by what has changed since, so that numbers left out would hide a change.
    /// </summary>
    /// <param name="status">Null leaves it as it is.</param>
    /// <param name="revision">Null leaves it as it is.</param>
    /// <param name="isLast">True for the numbers at the look's end.</param>
    public async Task WriteAsync(V1DeploymentStatus? status, string? revision, CancellationToken cancellationToken, bool isLast = false)
    {
        if (status is { Conditions.Count: 0 })
        {
            status.Conditions = null;
        }

        var next = Deployment with { Status = status ?? Deployment.Status };
        if (revision is not null && (Deployment.Metadata.Annotations?.TryGetValue(RevisionAnnotations.Revision, out var old) != true || old != revision))
        {
            var annotations = new Dictionary<string, string>(Deployment.Metadata.Annotations ?? new Dictionary<string, string>()) { [RevisionAnnotations.Revision] = revision };
            next.Metadata = Deployment.Metadata.Copy();
            next.Metadata.Annotations = annotations;
        }
        else if (status is null || status.IsSameAs(Deployment.Status))
        {
            return;
        }

        if (_written && !isLast)
        {
            return;
        }

        _written = true;

        // The status subresource of Deployments takes annotations too: upstream writes revision and condition at once.
        Deployment = await client.UpdateStatusAsync(next, cancellationToken);
    }

    public V1DeploymentCondition Condition(string type, string status, string reason, string message) =>
        DeploymentConditions.New(type, status, reason, message, time.GetUtcNow());

    public void Record(string type, string reason, string message) =>
        events.Record(EventRecorder.Reference(Deployment, "apps/v1", "Deployment"), Source, type, reason, message);
}
