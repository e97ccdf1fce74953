using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.ReplicaSets;

/// <summary>Keeps as many pods as a ReplicaSet asks for.</summary>
internal sealed class ReplicaSetController : Controller
{
    private const int Burst = 500;

    private static readonly V1EventSource Source = new() { Component = "replicaset-controller" };

    private readonly IApiClient _client;
    private readonly Informer<V1ReplicaSet> _sets;
    private readonly Informer<V1Pod> _pods;
    private readonly EventRecorder _events;
    private readonly Expectations _expectations;

    public ReplicaSetController(IApiClient client, Informer<V1ReplicaSet> sets, Informer<V1Pod> pods, EventRecorder events, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        _client = client;
        _sets = sets;
        _pods = pods;
        _events = events;
        _expectations = new Expectations(time);
        sets.Changed += (old, set) => Queue.Add(ObjectKey.Of((set ?? old)!));
        pods.Changed += OnPod;
    }

    protected override IEnumerable<Task> Synced => [_sets.Synced, _pods.Synced];

    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_sets.Find(key) is not { } set)
        {
            _expectations.Forget(key);
            return;
        }

        var met = _expectations.AreMet(key);
        var pods = await Claims.ClaimAsync(
            _client, set, "apps/v1", "ReplicaSet", _pods.InNamespace(key.Namespace).Where(pod => !pod.IsTerminal()),
            pod => LabelSelectors.Matches(set.Spec.Selector, pod.Metadata.Labels), cancellationToken);
        var active = pods.Where(pod => pod.IsActive()).ToList();
        Exception? failure = null;
        if (met && set.Metadata.DeletionTimestamp is null)
        {
            failure = await ManageAsync(key, set, active, cancellationToken);
        }

        var status = Status(set, active, pods.Count - active.Count, failure);
        await UpdateStatusAsync(set, status, cancellationToken);
        if (failure is not null)
        {
            throw failure;
        }

        if (set.Spec.MinReadySeconds is > 0 and var seconds && status.ReadyReplicas == set.Spec.Replicas && status.AvailableReplicas != set.Spec.Replicas)
        {
            Queue.AddAfter(key, TimeSpan.FromSeconds(seconds));
        }
    }

    private void OnPod(V1Pod? old, V1Pod? pod)
    {
        var present = (pod ?? old)!;
        if (Owner(present) is { } owner)
        {
            if (old is null)
            {
                _expectations.CreationSeen(owner);
            }

            if (pod is null || pod.Metadata.DeletionTimestamp is not null)
            {
                _expectations.DeletionSeen(owner, present.Metadata.Uid);
            }

            Queue.Add(owner);
        }

        if (old is not null && pod is not null && Owner(old) is { } former && former != Owner(pod))
        {
            Queue.Add(former);
        }

        if (pod is not null && PodFilters.ControllerOf(pod) is null)
        {
            foreach (var set in _sets.InNamespace(pod.Metadata.NamespaceProperty).Where(set => LabelSelectors.Matches(set.Spec.Selector, pod.Metadata.Labels)))
            {
                Queue.Add(ObjectKey.Of(set));
            }
        }
    }

    private static ObjectKey? Owner(V1Pod pod) =>
        PodFilters.ControllerOf(pod) is { Kind: "ReplicaSet" } owner ? new ObjectKey(pod.Metadata.NamespaceProperty, owner.Name) : null;

    /// <summary>Returns the first thing that went wrong.</summary>
    private async Task<Exception?> ManageAsync(ObjectKey key, V1ReplicaSet set, List<V1Pod> active, CancellationToken cancellationToken)
    {
        var missing = (set.Spec.Replicas ?? 1) - active.Count;
        return missing switch
        {
            > 0 => await CreateAsync(key, set, Math.Min(missing, Burst), cancellationToken),
            < 0 => await DeleteAsync(key, set, Surplus(set, active, Math.Min(-missing, Burst)), cancellationToken),
            _ => null,
        };
    }

    private async Task<Exception?> CreateAsync(ObjectKey key, V1ReplicaSet set, int count, CancellationToken cancellationToken)
    {
        await Owners.RequireAsync(_client, set, cancellationToken);
        _expectations.ExpectCreations(key, count);
        var (done, batch) = (0, 1);
        while (done < count)
        {
            // One first, then twice as many each time: what one pod is refused for, the others would be too.
            batch = Math.Min(batch, count - done);
            var failures = (await Task.WhenAll(Enumerable.Range(0, batch).Select(_ => CreateOneAsync(key, set, cancellationToken)))).OfType<Exception>().ToList();
            done += batch;
            if (failures.Count > 0)
            {
                for (; done < count; done++)
                {
                    _expectations.CreationSeen(key);
                }

                return failures[0];
            }

            batch *= 2;
        }

        return null;
    }

    private async Task<Exception?> CreateOneAsync(ObjectKey key, V1ReplicaSet set, CancellationToken cancellationToken)
    {
        try
        {
            var pod = await _client.CreateAsync(NewPod(set), cancellationToken);
            Record(set, "Normal", "SuccessfulCreate", $"Created pod: {pod.Metadata.Name}");
            return null;
        }
        catch (ApiException exception)
        {
            _expectations.CreationSeen(key);
            if (exception.Reason != "NamespaceTerminating")
            {
                Record(set, "Warning", "FailedCreate", $"Error creating: {exception.Message}");
            }

            return exception;
        }
    }

    private async Task<Exception?> DeleteAsync(ObjectKey key, V1ReplicaSet set, List<V1Pod> surplus, CancellationToken cancellationToken)
    {
        _expectations.ExpectDeletions(key, surplus.Select(pod => pod.Metadata.Uid));
        Exception? failure = null;
        foreach (var pod in surplus)
        {
            try
            {
                await _client.DeleteAsync<V1Pod>(key.Namespace, pod.Metadata.Name, new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } }, cancellationToken);
                Record(set, "Normal", "SuccessfulDelete", $"Deleted pod: {pod.Metadata.Name}");
            }
            catch (ApiException exception)
            {
                _expectations.DeletionSeen(key, pod.Metadata.Uid);
                if (exception.Code != 404)
                {
                    Record(set, "Warning", "FailedDelete", $"Error deleting: {exception.Message}");
                    failure ??= exception;
                }
            }
        }

        return failure;
    }

    private List<V1Pod> Surplus(V1ReplicaSet set, List<V1Pod> active, int count)
    {
        var crowds = RelatedPods(set).Where(pod => pod.IsActive()).GroupBy(pod => pod.Spec.NodeName ?? "").ToDictionary(group => group.Key, group => group.Count());
        var order = new DeletionOrder(pod => crowds.GetValueOrDefault(pod.Spec.NodeName ?? ""), Time.GetUtcNow());
        return [.. active.Order(order).Take(count)];
    }

    /// <summary>The pods of all ReplicaSets with the same manager: together they spread over the nodes.</summary>
    private IEnumerable<V1Pod> RelatedPods(V1ReplicaSet set)
    {
        var manager = PodFilters.ControllerOf(set)?.Uid;
        var related = _sets.InNamespace(set.Metadata.NamespaceProperty)
            .Where(other => other.Metadata.Uid == set.Metadata.Uid || (manager is not null && PodFilters.ControllerOf(other)?.Uid == manager))
            .Select(other => other.Metadata.Uid).ToHashSet();
        return _pods.InNamespace(set.Metadata.NamespaceProperty).Where(pod => PodFilters.ControllerOf(pod) is { } owner && related.Contains(owner.Uid));
    }

    private static V1Pod NewPod(V1ReplicaSet set)
    {
        var template = set.Spec.Template.Copy();
        return new V1Pod
        {
            ApiVersion = "v1",
            Kind = "Pod",
            Metadata = new V1ObjectMeta
            {
                GenerateName = set.Metadata.Name + "-",
                NamespaceProperty = set.Metadata.NamespaceProperty,
                Labels = template.Metadata?.Labels,
                Annotations = template.Metadata?.Annotations,
                Finalizers = template.Metadata?.Finalizers,
                OwnerReferences = [Claims.Reference(set, "apps/v1", "ReplicaSet")],
            },
            Spec = template.Spec,
        };
    }

    private V1ReplicaSetStatus Status(V1ReplicaSet set, List<V1Pod> active, int terminating, Exception? failure)
    {
        var now = Time.GetUtcNow();
        var labels = set.Spec.Template.Metadata?.Labels;
        var conditions = (set.Status?.Conditions ?? []).Where(condition => condition.Type != "ReplicaFailure").ToList();
        if (failure is not null)
        {
            var reason = (set.Spec.Replicas ?? 1) > active.Count ? "FailedCreate" : "FailedDelete";
            var before = set.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "ReplicaFailure" && condition.Reason == reason);
            conditions.Add(before ?? new V1ReplicaSetCondition
            {
                Type = "ReplicaFailure",
                Status = "True",
                Reason = reason,
                Message = failure.Message,
                LastTransitionTime = now.UtcDateTime.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerSecond)),
            });
        }

        return new V1ReplicaSetStatus
        {
            Replicas = active.Count,
            FullyLabeledReplicas = NullIfZero(active.Count(pod => LabelSelectors.Matches(labels, pod.Metadata.Labels))),
            ReadyReplicas = NullIfZero(active.Count(pod => pod.IsReady())),
            AvailableReplicas = NullIfZero(active.Count(pod => pod.IsAvailable(set.Spec.MinReadySeconds ?? 0, now))),
            TerminatingReplicas = terminating,
            ObservedGeneration = set.Metadata.Generation,
            Conditions = conditions.Count == 0 ? null : conditions,
        };
    }

    private static int? NullIfZero(int count) => count == 0 ? null : count;

    private async Task UpdateStatusAsync(V1ReplicaSet set, V1ReplicaSetStatus status, CancellationToken cancellationToken)
    {
        if (!status.IsSameAs(set.Status))
        {
            await _client.UpdateStatusAsync(set with { Status = status }, cancellationToken);
        }
    }

    private void Record(V1ReplicaSet set, string type, string reason, string message) =>
        _events.Record(EventRecorder.Reference(set, "apps/v1", "ReplicaSet"), Source, type, reason, message);
}
