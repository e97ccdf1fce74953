using System.Collections.Concurrent;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers.Scheduling;

namespace Scalelab.Cluster.Controllers.NodeLifecycle;

/// <summary>Deletes pods from nodes whose taints (effect NoExecute) they do not tolerate, or not any longer.</summary>
internal sealed class TaintEvictionController : Controller
{
    private static readonly V1EventSource Source = new() { Component = "taint-eviction-controller" };

    private readonly IApiClient _client;
    private readonly Informer<V1Node> _nodes;
    private readonly Informer<V1Pod> _pods;
    private readonly EventRecorder _events;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _since = new(StringComparer.Ordinal);

    public TaintEvictionController(IApiClient client, Informer<V1Node> nodes, Informer<V1Pod> pods, EventRecorder events, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        (_client, _nodes, _pods, _events) = (client, nodes, pods, events);
        nodes.Changed += (old, node) =>
        {
            if (node is not null && !Taints(node).SequenceEqual(Taints(old)))
            {
                foreach (var pod in _pods.Items.Where(pod => pod.Spec.NodeName == node.Metadata.Name))
                {
                    Queue.Add(ObjectKey.Of(pod));
                }
            }
        };
        pods.Changed += (old, pod) =>
        {
            if (pod is null)
            {
                _since.TryRemove(old!.Metadata.Uid, out _);
            }
            else if (pod.Spec.NodeName is { Length: > 0 } && old?.Spec.NodeName != pod.Spec.NodeName)
            {
                Queue.Add(ObjectKey.Of(pod));
            }
        };
    }

    protected override IEnumerable<Task> Synced => [_nodes.Synced, _pods.Synced];

    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_pods.Find(key) is not { Spec.NodeName: { Length: > 0 } name } pod || !pod.IsActive() || _nodes.Find(new ObjectKey(null, name)) is not { } node)
        {
            return;
        }

        var taints = Taints(node).ToList();
        if (taints.Count == 0)
        {
            if (_since.TryRemove(pod.Metadata.Uid, out _))
            {
                Record(pod, $"Cancelling deletion of Pod {key}");
            }

            return;
        }

        var now = Time.GetUtcNow();
        var since = _since.GetOrAdd(pod.Metadata.Uid, now);
        if (Patience(pod, taints) is not { } patience)
        {
            // Tolerated for ever.
            return;
        }

        if (since + patience > now)
        {
            Queue.AddAfter(key, since + patience - now);
            return;
        }

        Record(pod, $"Marking for deletion Pod {key}");
        await EvictAsync(pod, now, cancellationToken);
    }

    /// <summary>How long the pod may stay: nothing where a taint is not tolerated, the shortest toleration else; null for ever.</summary>
    private static TimeSpan? Patience(V1Pod pod, List<V1Taint> taints)
    {
        var tolerations = taints.Select(taint => (pod.Spec.Tolerations ?? []).FirstOrDefault(toleration => Tolerations.Tolerates(toleration, taint))).ToList();
        if (tolerations.Contains(null))
        {
            return TimeSpan.Zero;
        }

        return tolerations.Min(toleration => toleration!.TolerationSeconds) is { } seconds ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : null;
    }

    private async Task EvictAsync(V1Pod pod, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var condition = new V1PodCondition
        {
            Type = "DisruptionTarget",
            Status = "True",
            Reason = "DeletionByTaintManager",
            Message = "Taint manager: deleting due to NoExecute taint",
            LastTransitionTime = now.UtcDateTime.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerSecond)),
        };
        var conditions = (pod.Status?.Conditions ?? []).Where(one => one.Type != condition.Type).Append(condition).ToList();
        await _client.UpdateStatusAsync(pod with { Status = (pod.Status ?? new V1PodStatus()) with { Conditions = conditions } }, cancellationToken);
        await _client.DeleteAsync<V1Pod>(
            pod.Metadata.NamespaceProperty, pod.Metadata.Name, new V1DeleteOptions { Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } }, cancellationToken);
    }

    private static IEnumerable<V1Taint> Taints(V1Node? node) => (node?.Spec?.Taints ?? []).Where(taint => taint.Effect == "NoExecute");

    private void Record(V1Pod pod, string message) =>
        _events.Record(EventRecorder.Reference(pod, "v1", "Pod"), Source, "Normal", "TaintManagerEviction", message);
}
