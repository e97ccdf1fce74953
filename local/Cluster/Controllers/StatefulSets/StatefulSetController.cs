using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers.ControllerRevisions;

namespace Scalelab.Cluster.Controllers.StatefulSets;

/// <summary>
/// Keeps the pods of StatefulSets, each with a number that it keeps: made from the first to the last and ended from the last to the first, one at
/// a time unless the set says Parallel.
/// </summary>
internal sealed class StatefulSetController : Controller
{
    private readonly IApiClient _client;
    private readonly Informer<V1StatefulSet> _sets;
    private readonly Informer<V1Pod> _pods;
    private readonly RevisionHistory _history;
    private readonly StatefulPods _statefulPods;

    public StatefulSetController(
        IApiClient client, Informer<V1StatefulSet> sets, Informer<V1Pod> pods, Informer<V1ControllerRevision> revisions, EventRecorder events, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        _client = client;
        _sets = sets;
        _pods = pods;
        _history = new RevisionHistory(client, revisions, "apps/v1", "StatefulSet");
        _statefulPods = new StatefulPods(client, events);
        sets.Changed += (old, set) => Queue.Add(ObjectKey.Of((set ?? old)!));
        pods.Changed += OnPod;
    }

    protected override IEnumerable<Task> Synced => [_sets.Synced, _pods.Synced, _history.Synced];

    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_sets.Find(key) is not { } set)
        {
            return;
        }

        var pods = await Claims.ClaimAsync(
            _client, set, "apps/v1", "StatefulSet", _pods.InNamespace(key.Namespace), pod => LabelSelectors.Matches(set.Spec.Selector, pod.Metadata.Labels) && StatefulPods.OrdinalIn(set, pod) is not null,
            cancellationToken);
        var data = TemplateData.Of(set.Spec.Template);
        var collisions = set.Status?.CollisionCount ?? 0;
        var hash = TemplateData.Hash(data, collisions);
        var labels = new Dictionary<string, string>(set.Spec.Template.Metadata?.Labels ?? new Dictionary<string, string>()) { ["controller.kubernetes.io/hash"] = hash };
        var update = await _history.EnsureAsync(set, data, hash, labels, cancellationToken);
        var current = _history.Of(set).Find(revision => revision.Metadata.Name == set.Status?.CurrentRevision) ?? update;
        if (set.Metadata.DeletionTimestamp is null)
        {
            await new StatefulRollout(set, pods, current, update, _statefulPods, Time.GetUtcNow()).StepAsync(cancellationToken);
        }

        var status = StatefulStatus.Of(set, pods, current.Metadata.Name, update.Metadata.Name, Time.GetUtcNow());
        if (!status.IsSameAs(set.Status))
        {
            await _client.UpdateStatusAsync(set with { Status = status }, cancellationToken);
        }

        var used = pods.Select(StatefulPods.RevisionOf).Append(current.Metadata.Name).Append(update.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        await _history.ForgetAsync(set, used, set.Spec.RevisionHistoryLimit ?? 10, cancellationToken);
        if (set.Spec.MinReadySeconds is > 0 and var seconds && status.AvailableReplicas != status.ReadyReplicas)
        {
            Queue.AddAfter(key, TimeSpan.FromSeconds(seconds));
        }
    }

    private void OnPod(V1Pod? old, V1Pod? pod)
    {
        foreach (var present in new[] { old, pod }.OfType<V1Pod>())
        {
            if (PodFilters.ControllerOf(present) is { Kind: "StatefulSet" } owner)
            {
                Queue.Add(new ObjectKey(present.Metadata.NamespaceProperty, owner.Name));
            }
        }

        if (pod is not null && PodFilters.ControllerOf(pod) is null)
        {
            foreach (var set in _sets.InNamespace(pod.Metadata.NamespaceProperty).Where(set => LabelSelectors.Matches(set.Spec.Selector, pod.Metadata.Labels)))
            {
                Queue.Add(ObjectKey.Of(set));
            }
        }
    }
}
