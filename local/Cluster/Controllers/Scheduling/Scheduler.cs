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
    private readonly EventRecorder _events;

    // Bound, and perhaps not yet to be seen in the cache.
    private readonly ConcurrentDictionary<string, V1Pod> _assumed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ObjectKey, bool> _unschedulable = new();

    public Scheduler(IApiClient client, Informer<V1Pod> pods, Informer<V1Node> nodes, EventRecorder events, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        _client = client;
        _pods = pods;
        _nodes = nodes;
        _events = events;
        pods.Changed += OnPod;
        nodes.Changed += (old, node) =>
        {
            if (old is null || node is null || Matters(old, node))
            {
                RetryUnschedulable();
            }
        };
    }

    protected override IEnumerable<Task> Synced => [_pods.Synced, _nodes.Synced];

    /// <summary>One worker only: each decision counts with the ones before it.</summary>
    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_pods.Find(key) is not { } pod || !IsPending(pod) || _assumed.ContainsKey(pod.Metadata.Uid))
        {
            _unschedulable.TryRemove(key, out _);
            return;
        }

        var byNode = _pods.Items.Where(other => !other.IsTerminal() && other.Spec.NodeName is { Length: > 0 }).Concat(_assumed.Values)
            .DistinctBy(other => other.Metadata.Uid).ToLookup(other => other.Spec.NodeName, StringComparer.Ordinal);
        var reasons = new List<string>();
        var hopeless = 0;
        var fitting = new List<(V1Node Node, IReadOnlyCollection<V1Pod> Pods)>();
        foreach (var node in _nodes.Items.OrderBy(node => node.Metadata.Name, StringComparer.Ordinal))
        {
            var pods = byNode[node.Metadata.Name].ToList();
            var against = NodeFilter.Check(pod, node, pods, out var isHopeless);
            if (against.Count == 0)
            {
                fitting.Add((node, pods));
            }

            reasons.AddRange(against);
            hopeless += isHopeless ? 1 : 0;
        }

        if (fitting.Count == 0)
        {
            await RefuseAsync(key, pod, Explain(reasons, hopeless), cancellationToken);
            return;
        }

        var most = fitting.Max(one => NodeScore.Siblings(pod, one.Pods));
        var best = fitting.MaxBy(one => NodeScore.Of(pod, one.Node, one.Pods, most)).Node;
        await BindAsync(key, pod, best.Metadata.Name, cancellationToken);
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

    private static bool IsPending(V1Pod pod) =>
        pod.IsActive() && pod.Spec.NodeName is null or "" && pod.Spec.SchedulerName is null or "" or Name && pod.Spec.SchedulingGates is null or { Count: 0 };

    private static bool Matters(V1Node old, V1Node node) =>
        k8s.KubernetesJson.Serialize((old.Spec, old.Metadata.Labels, old.Status?.Allocatable, Ready(old)))
            != k8s.KubernetesJson.Serialize((node.Spec, node.Metadata.Labels, node.Status?.Allocatable, Ready(node)));

    private static string? Ready(V1Node node) => node.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready")?.Status;

    private void RetryUnschedulable()
    {
        foreach (var key in _unschedulable.Keys)
        {
            Queue.Add(key);
        }
    }

    private string Explain(List<string> reasons, int hopeless)
    {
        var nodes = _nodes.Items.Count;
        if (nodes == 0)
        {
            return "no nodes available to schedule pods";
        }

        var counted = string.Join(", ", reasons.GroupBy(reason => reason).Select(group => $"{group.Count()} {group.Key}").Order(StringComparer.Ordinal));
        var preemption = new List<string>();
        if (nodes > hopeless)
        {
            preemption.Add($"{nodes - hopeless} No preemption victims found for incoming pod");
        }

        if (hopeless > 0)
        {
            preemption.Add($"{hopeless} Preemption is not helpful for scheduling");
        }

        return $"0/{nodes} nodes are available: {counted}. no new claims to deallocate, preemption: 0/{nodes} nodes are available: {string.Join(", ", preemption)}.";
    }

    private async Task RefuseAsync(ObjectKey key, V1Pod pod, string message, CancellationToken cancellationToken)
    {
        _unschedulable[key] = true;
        Queue.AddAfter(key, LongestWait);
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
