using System.Collections.Concurrent;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.NodeLifecycle;

/// <summary>
/// Watches over the nodes: one that renews neither its lease nor its status is not known to be ready, its pods are not ready either, and
/// taints keep new pods away and, after a while, let none stay.
/// </summary>
internal sealed class NodeLifecycleController : Controller
{
    private const string LeaseNamespace = "kube-node-lease";
    private const string TtlAnnotation = "node.alpha.kubernetes.io/ttl";

    private static readonly V1EventSource Source = new() { Component = "node-controller" };

    private readonly IApiClient _client;
    private readonly Informer<V1Node> _nodes;
    private readonly Informer<V1Lease> _leases;
    private readonly Informer<V1Pod> _pods;
    private readonly EventRecorder _events;
    private readonly NodeLifecycleOptions _options;

    // When a node was last heard of, by this process' clock: nodes' clocks may differ, and a time stored before a restart proves no silence.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _heard = new(StringComparer.Ordinal);

    public NodeLifecycleController(
        IApiClient client, Informer<V1Node> nodes, Informer<V1Lease> leases, Informer<V1Pod> pods, EventRecorder events, NodeLifecycleOptions options, TimeProvider time, ILogger logger)
        : base(time, logger)
    {
        (_client, _nodes, _leases, _pods, _events, _options) = (client, nodes, leases, pods, events, options);
        nodes.Changed += OnNode;
        leases.Changed += (old, lease) =>
        {
            if (lease is { Metadata.NamespaceProperty: LeaseNamespace } && lease.Spec?.RenewTime != old?.Spec?.RenewTime)
            {
                _heard[lease.Metadata.Name] = Time.GetUtcNow();
            }
        };
    }

    protected override IEnumerable<Task> Synced => [_nodes.Synced, _leases.Synced, _pods.Synced];

    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_nodes.Find(key) is not { } node)
        {
            return;
        }

        var now = Time.GetUtcNow();
        var ready = Ready(node);
        var end = _heard.GetOrAdd(key.Name, now) + (ready is null ? _options.NodeStartupGracePeriod : _options.NodeMonitorGracePeriod);
        if (end > now)
        {
            Queue.AddAfter(key, end - now);
        }
        else if (NodeSilence.Conditions(node, now) is var conditions && !conditions.SequenceEqual(node.Status?.Conditions ?? []))
        {
            node = await _client.UpdateStatusAsync(node with { Status = (node.Status ?? new V1NodeStatus()) with { Conditions = conditions } }, cancellationToken);
        }

        await MarkAsync(node, now, cancellationToken);
        if (Ready(node) is { Status: not "True" })
        {
            await MarkPodsAsync(node, cancellationToken);
        }
    }

    private void OnNode(V1Node? old, V1Node? node)
    {
        if (node is null)
        {
            _heard.TryRemove(old!.Metadata.Name, out _);
            Record(old, "RemovingNode", $"Node {old.Metadata.Name} event: Removing Node {old.Metadata.Name} from Controller");
            return;
        }

        if (old is null)
        {
            Record(node, "RegisteredNode", $"Node {node.Metadata.Name} event: Registered Node {node.Metadata.Name} in Controller");
        }
        else if (Ready(node)?.Status is not "True" && Ready(old)?.Status == "True")
        {
            Record(node, "NodeNotReady", $"Node {node.Metadata.Name} status is now: NodeNotReady");
        }

        if (Ready(node)?.LastHeartbeatTime != (old is null ? null : Ready(old)?.LastHeartbeatTime))
        {
            _heard[node.Metadata.Name] = Time.GetUtcNow();
        }

        Queue.Add(ObjectKey.Of(node));
    }

    private static V1NodeCondition? Ready(V1Node node) => node.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Ready");

    private async Task MarkAsync(V1Node node, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var taints = NodeTaints.Wanted(node, now);
        var hasTtl = node.Metadata.Annotations?.ContainsKey(TtlAnnotation) == true;
        if (hasTtl && taints.SequenceEqual(node.Spec?.Taints ?? []))
        {
            return;
        }

        var marked = node.Copy();
        marked.Metadata.Annotations = new Dictionary<string, string>(marked.Metadata.Annotations ?? new Dictionary<string, string>()) { [TtlAnnotation] = "0" };
        marked.Spec = (marked.Spec ?? new V1NodeSpec()) with { Taints = taints.Count == 0 ? null : [.. taints] };
        await _client.UpdateAsync(marked, cancellationToken);
    }

    /// <summary>Nobody knows whether the pods of a lost node serve; they are taken out of the endpoints.</summary>
    private async Task MarkPodsAsync(V1Node node, CancellationToken cancellationToken)
    {
        foreach (var pod in _pods.Items.Where(pod => pod.Spec.NodeName == node.Metadata.Name && pod.IsReady()).ToList())
        {
            var now = Time.GetUtcNow();
            var conditions = pod.Status.Conditions.Select(condition => condition.Type == "Ready"
                ? condition with { Status = "False", LastTransitionTime = now.UtcDateTime.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerSecond)) }
                : condition).ToList();
            await _client.UpdateStatusAsync(pod with { Status = pod.Status with { Conditions = conditions } }, cancellationToken);
            _events.Record(EventRecorder.Reference(pod, "v1", "Pod"), Source, "Warning", "NodeNotReady", "Node is not ready");
        }
    }

    private void Record(V1Node node, string reason, string message) => _events.Record(
        new V1ObjectReference { ApiVersion = "v1", Kind = "Node", Name = node.Metadata.Name, Uid = node.Metadata.Uid }, Source, "Normal", reason, message);
}
