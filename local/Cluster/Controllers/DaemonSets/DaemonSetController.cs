using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers.ControllerRevisions;
using Scalelab.Cluster.Controllers.Deployments;

namespace Scalelab.Cluster.Controllers.DaemonSets;

/// <summary>Keeps one pod of each DaemonSet on every node that the set's template selects.</summary>
internal sealed class DaemonSetController : Controller
{
    private readonly IApiClient _client;
    private readonly Informer<V1DaemonSet> _sets;
    private readonly Informer<V1Pod> _pods;
    private readonly Informer<V1Node> _nodes;
    private readonly RevisionHistory _history;
    private readonly PodControl _control;
    private readonly Expectations _expectations;

    public DaemonSetController(
        IApiClient client, Informer<V1DaemonSet> sets, Informer<V1Pod> pods, Informer<V1Node> nodes, Informer<V1ControllerRevision> revisions, EventRecorder events, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        _client = client;
        _sets = sets;
        _pods = pods;
        _nodes = nodes;
        _history = new RevisionHistory(client, revisions, "apps/v1", "DaemonSet");
        _control = new PodControl(client, events, "daemonset-controller", "apps/v1", "DaemonSet");
        _expectations = new Expectations(time);
        sets.Changed += (old, set) => Queue.Add(ObjectKey.Of((set ?? old)!));
        pods.Changed += OnPod;
        nodes.Changed += (old, node) =>
        {
            if (old is null || node is null || !old.Spec.IsSameAs(node.Spec) || !old.Metadata.Labels.IsSameAs(node.Metadata.Labels))
            {
                foreach (var set in _sets.Items)
                {
                    Queue.Add(ObjectKey.Of(set));
                }
            }
        };
    }

    protected override IEnumerable<Task> Synced => [_sets.Synced, _pods.Synced, _nodes.Synced, _history.Synced];

    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_sets.Find(key) is not { } set)
        {
            _expectations.Forget(key);
            return;
        }

        var met = _expectations.AreMet(key);
        var pods = await Claims.ClaimAsync(
            _client, set, "apps/v1", "DaemonSet", _pods.InNamespace(key.Namespace), pod => LabelSelectors.Matches(set.Spec.Selector, pod.Metadata.Labels), cancellationToken);
        var hash = TemplateHash.Of(set.Spec.Template, set.Status?.CollisionCount);
        var labels = new Dictionary<string, string>(set.Spec.Template.Metadata?.Labels ?? new Dictionary<string, string>()) { [DaemonPods.HashLabel] = hash };
        await _history.EnsureAsync(set, TemplateData.Of(set.Spec.Template), hash, labels, cancellationToken);
        var plan = DaemonPlan.For(set, pods, _nodes.Items, hash, Time.GetUtcNow());
        if (met && set.Metadata.DeletionTimestamp is null)
        {
            await CarryOutAsync(key, set, plan, hash, cancellationToken);
        }

        if (!plan.Status.IsSameAs(set.Status))
        {
            await _client.UpdateStatusAsync(set with { Status = plan.Status }, cancellationToken);
        }

        var used = pods.Select(pod => $"{set.Metadata.Name}-{pod.Metadata.Labels[DaemonPods.HashLabel]}").Append($"{set.Metadata.Name}-{hash}").ToHashSet(StringComparer.Ordinal);
        await _history.ForgetAsync(set, used, set.Spec.RevisionHistoryLimit ?? 10, cancellationToken);
        if (set.Spec.MinReadySeconds is > 0 and var seconds && plan.Status.NumberAvailable != plan.Status.NumberReady)
        {
            Queue.AddAfter(key, TimeSpan.FromSeconds(seconds));
        }
    }

    private async Task CarryOutAsync(ObjectKey key, V1DaemonSet set, DaemonPlan plan, string hash, CancellationToken cancellationToken)
    {
        foreach (var pod in plan.Ended)
        {
            var (type, reason) = pod.Status.Phase == "Failed" ? ("Warning", "FailedDaemonPod") : ("Normal", "SucceededDaemonPod");
            _control.Record(set, type, reason, $"Found {pod.Status.Phase.ToLowerInvariant()} daemon pod {pod.Metadata.NamespaceProperty}/{pod.Metadata.Name} on node {DaemonPods.NodeOf(pod)}, will try to {(type == "Warning" ? "kill" : "delete")} it");
        }

        _expectations.ExpectDeletions(key, plan.Delete.Select(pod => pod.Metadata.Uid));
        foreach (var pod in plan.Delete)
        {
            await _control.DeleteAsync(set, pod, cancellationToken);
        }

        foreach (var node in plan.Create)
        {
            var pod = _control.NewPod(set, set.Spec.Template);
            DaemonPods.Place(set, pod, node, hash);
            _expectations.ExpectCreations(key, 1);
            try
            {
                await _control.CreateAsync(set, pod, cancellationToken);
            }
            catch
            {
                _expectations.CreationSeen(key);
                throw;
            }
        }
    }

    private void OnPod(V1Pod? old, V1Pod? pod)
    {
        var present = (pod ?? old)!;
        if (PodFilters.ControllerOf(present) is { Kind: "DaemonSet" } owner)
        {
            var key = new ObjectKey(present.Metadata.NamespaceProperty, owner.Name);
            if (old is null)
            {
                _expectations.CreationSeen(key);
            }

            if (pod is null || pod.Metadata.DeletionTimestamp is not null)
            {
                _expectations.DeletionSeen(key, present.Metadata.Uid);
            }

            Queue.Add(key);
        }
        else if (pod is not null && PodFilters.ControllerOf(pod) is null)
        {
            foreach (var set in _sets.InNamespace(pod.Metadata.NamespaceProperty).Where(set => LabelSelectors.Matches(set.Spec.Selector, pod.Metadata.Labels)))
            {
                Queue.Add(ObjectKey.Of(set));
            }
        }
    }
}
