using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>Rolls Deployments out: one ReplicaSet for each pod template, sized so that the strategy's bounds hold at every moment.</summary>
internal sealed class DeploymentController : Controller
{
    private readonly IApiClient _client;
    private readonly Informer<V1Deployment> _deployments;
    private readonly Informer<V1ReplicaSet> _sets;
    private readonly Informer<V1Pod> _pods;
    private readonly EventRecorder _events;

    public DeploymentController(
        IApiClient client, Informer<V1Deployment> deployments, Informer<V1ReplicaSet> sets, Informer<V1Pod> pods, EventRecorder events, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        _client = client;
        _deployments = deployments;
        _sets = sets;
        _pods = pods;
        _events = events;
        deployments.Changed += (old, deployment) => Queue.Add(ObjectKey.Of((deployment ?? old)!));
        sets.Changed += OnReplicaSet;
        pods.Changed += OnPod;
    }

    protected override IEnumerable<Task> Synced => [_deployments.Synced, _sets.Synced, _pods.Synced];

    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_deployments.Find(key) is not { } deployment)
        {
            return;
        }

        var sets = await Claims.ClaimAsync(
            _client, deployment, "apps/v1", "Deployment", _sets.InNamespace(key.Namespace), set => LabelSelectors.Matches(deployment.Spec.Selector, set.Metadata.Labels), cancellationToken);
        var rollout = new Rollout(_client, new RolloutState(_client, _events, Time, deployment.Copy(), sets), Time, PodsOf);
        await rollout.SyncAsync(cancellationToken);
        if (rollout.CheckAfter is { } delay)
        {
            Queue.AddAfter(key, delay);
        }
    }

    private IEnumerable<V1Pod> PodsOf(V1ReplicaSet set) =>
        _pods.InNamespace(set.Metadata.NamespaceProperty).Where(pod => PodFilters.ControllerOf(pod)?.Uid == set.Metadata.Uid);

    private void OnReplicaSet(V1ReplicaSet? old, V1ReplicaSet? set)
    {
        foreach (var owner in new[] { old, set }.Select(Owner).Distinct())
        {
            if (owner is { } key)
            {
                Queue.Add(key);
            }
        }

        if (set is not null && Owner(set) is null)
        {
            foreach (var deployment in _deployments.InNamespace(set.Metadata.NamespaceProperty)
                .Where(deployment => LabelSelectors.Matches(deployment.Spec.Selector, set.Metadata.Labels)))
            {
                Queue.Add(ObjectKey.Of(deployment));
            }
        }
    }

    /// <summary>Recreate waits for the last old pod to be gone, and no ReplicaSet changes when that happens.</summary>
    private void OnPod(V1Pod? old, V1Pod? pod)
    {
        if (pod is null && PodFilters.ControllerOf(old!) is { Kind: "ReplicaSet" } owner
            && _sets.Find(new ObjectKey(old!.Metadata.NamespaceProperty, owner.Name)) is { } set && Owner(set) is { } key
            && _deployments.Find(key) is { } deployment && !RolloutMath.IsRolling(deployment))
        {
            Queue.Add(key);
        }
    }

    private static ObjectKey? Owner(V1ReplicaSet? set) => set is not null && PodFilters.ControllerOf(set) is { Kind: "Deployment" } owner
        ? new ObjectKey(set.Metadata.NamespaceProperty, owner.Name)
        : null;
}
