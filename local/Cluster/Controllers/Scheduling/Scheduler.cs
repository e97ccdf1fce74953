using System.Collections.Concurrent;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.Scheduling;

/// <summary>Gives each new pod a node: one that it fits on, and of those the one where it sits best.</summary>
internal sealed class Scheduler : Controller
{
    private const string Name = "default-scheduler";

    // As long as upstream keeps an unschedulable pod aside when nothing happens that might help.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly IApiClient _client;
    private readonly Informer<V1Pod> _pods;
    private readonly Informer<V1Node> _nodes;
    private readonly Informer<V1PersistentVolumeClaim> _claims;
    private readonly EventRecorder _events;

    // Bound, and perhaps not yet to be seen in the cache.
    private readonly ConcurrentDictionary<string, V1Pod> _assumed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ObjectKey, bool> _unschedulable = new();
    private int _changes;

    public Scheduler(IApiClient client, Informer<V1Pod> pods, Informer<V1Node> nodes, Informer<V1PersistentVolumeClaim> claims, EventRecorder events, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        _client = client;
        _pods = pods;
        _nodes = nodes;
        _claims = claims;
        _events = events;
        pods.Changed += OnPod;
        claims.Changed += (_, _) => RetryUnschedulable();
        nodes.Changed += (old, node) =>
        {
            if (old is null || node is null || Matters(old, node))
            {
                RetryUnschedulable();
            }
        };
    }

    protected override IEnumerable<Task> Synced => [_pods.Synced, _nodes.Synced, _claims.Synced];

    /// <summary>One worker only: each decision counts with the ones before it.</summary>
    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_pods.Find(key) is not { } pod || !IsPending(pod) || _assumed.ContainsKey(pod.Metadata.Uid))
        {
            _unschedulable.TryRemove(key, out _);
            return;
        }

        var changes = Volatile.Read(ref _changes);
        if (MissingClaim(pod) is { } missing)
        {
            await RefuseAsync(key, pod, SchedulingFailure.ExplainForAll(pod, missing, _nodes.Items.Count), changes, cancellationToken);
            return;
        }

        var byNode = _pods.Items.Where(other => !other.IsTerminal() && other.Spec.NodeName is { Length: > 0 }).Concat(_assumed.Values)
            .DistinctBy(other => other.Metadata.Uid).ToLookup(other => other.Spec.NodeName, StringComparer.Ordinal);
        var cluster = new ClusterView(_nodes.Items.OrderBy(node => node.Metadata.Name, StringComparer.Ordinal).Select(node => new NodeView(node, [.. byNode[node.Metadata.Name]])));
        var filter = new NodeFilter(pod, cluster);
        var (fitting, refusals) = (new List<NodeView>(), new List<Refusal>());
        foreach (var view in cluster.Nodes)
        {
            if (filter.Check(view) is { } refusal)
            {
                refusals.Add(refusal);
            }
            else
            {
                fitting.Add(view);
            }
        }

        if (fitting.Count == 0)
        {
            await RefuseAsync(key, pod, SchedulingFailure.Explain(pod, refusals), changes, cancellationToken);
            return;
        }

        var best = fitting.Count == 1 ? fitting[0] : new NodeScore(pod, cluster).Best(fitting);
        await BindAsync(key, pod, best.Node.Metadata.Name, cancellationToken);
    }

    private void OnPod(V1Pod? old, V1Pod? pod)
    {
        var present = (pod ?? old)!;
        if (pod is null || pod.Spec.NodeName is { Length: > 0 })
        {
            _assumed.TryRemove(present.Metadata.Uid, out _);
        }

        if (pod is not null && IsPending(pod))
        {
            // A status written by the scheduler itself is no reason to look again.
            if (old is null || old.Metadata.Generation != pod.Metadata.Generation)
            {
                Queue.Add(ObjectKey.Of(pod));
            }
        }
        else if (present.Spec.NodeName is { Length: > 0 } && (pod is null || (pod.IsTerminal() && old?.IsTerminal() != true)))
        {
            RetryUnschedulable();
        }
    }

    /// <summary>What keeps the pod from every node: a claim that is not there, or has no volume; null where all have.</summary>
    private string? MissingClaim(V1Pod pod)
    {
        foreach (var name in (pod.Spec.Volumes ?? []).Select(volume => volume.PersistentVolumeClaim?.ClaimName).OfType<string>())
        {
            if (_claims.Find(new ObjectKey(pod.Metadata.NamespaceProperty, name)) is not { } claim)
            {
                return $"persistentvolumeclaim \"{name}\" not found";
            }

            if (claim.Status?.Phase != "Bound")
            {
                return "pod has unbound immediate PersistentVolumeClaims";
            }
        }

        return null;
    }

    private static bool IsPending(V1Pod pod) =>
        pod.IsActive() && pod.Spec.NodeName is null or "" && pod.Spec.SchedulerName is null or "" or Name && pod.Spec.SchedulingGates is null or { Count: 0 };

    private static bool Matters(V1Node old, V1Node node) =>
        !old.Spec.IsSameAs(node.Spec) || !old.Metadata.Labels.IsSameAs(node.Metadata.Labels) || !(old.Status?.Allocatable).IsSameAs(node.Status?.Allocatable);

    private void RetryUnschedulable()
    {
        // Whoever is refused at this moment, by what was there before, is not among the keys yet.
        Interlocked.Increment(ref _changes);
        foreach (var key in _unschedulable.Keys)
        {
            Queue.Add(key);
        }
    }

    /// <param name="changes">How many changes had been seen that might help, when the nodes were looked at.</param>
    private async Task RefuseAsync(ObjectKey key, V1Pod pod, string message, int changes, CancellationToken cancellationToken)
    {
        _unschedulable[key] = true;
        Queue.AddAfter(key, changes == Volatile.Read(ref _changes) ? LongestWait : TimeSpan.Zero);
        _events.Record(EventRecorder.Reference(pod, "v1", "Pod"), Name, "Scheduling", "Warning", "FailedScheduling", message);
        var before = pod.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "PodScheduled");
        if (before is { Status: "False", Reason: "Unschedulable" } && before.Message == message)
        {
            return;
        }

        var now = Time.GetUtcNow();
        var condition = new V1PodCondition
        {
            Type = "PodScheduled",
            Status = "False",
            Reason = "Unschedulable",
            Message = message,
            ObservedGeneration = pod.Metadata.Generation,
            LastTransitionTime = before?.Status == "False" ? before.LastTransitionTime : now.UtcDateTime.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerSecond)),
        };
        var status = (pod.Status ?? new V1PodStatus()) with
        {
            Conditions = [.. (pod.Status?.Conditions ?? []).Where(one => one.Type != "PodScheduled"), condition],
        };
        await _client.UpdateStatusAsync(pod with { Status = status }, cancellationToken);
    }

    private async Task BindAsync(ObjectKey key, V1Pod pod, string node, CancellationToken cancellationToken)
    {
        _assumed[pod.Metadata.Uid] = pod with { Spec = pod.Spec with { NodeName = node } };
        try
        {
            await _client.BindAsync(key.Namespace!, key.Name, node, cancellationToken);
        }
        catch
        {
            _assumed.TryRemove(pod.Metadata.Uid, out _);
            throw;
        }

        _unschedulable.TryRemove(key, out _);
        _events.Record(EventRecorder.Reference(pod, "v1", "Pod"), Name, "Binding", "Normal", "Scheduled", $"Successfully assigned {key} to {node}");
    }
}
