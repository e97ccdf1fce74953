using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.Disruption;

/// <summary>Keeps the status of PodDisruptionBudgets: how many pods are healthy, and how many more may be evicted now.</summary>
internal sealed class DisruptionController : Controller
{
    // An eviction that was allowed, and whose pod has not begun to go by then, counts no more.
    private static readonly TimeSpan DeletionTimeout = TimeSpan.FromMinutes(2);
    private static readonly V1EventSource Source = new() { Component = "controllermanager" };

    private readonly IApiClient _client;
    private readonly Informer<V1PodDisruptionBudget> _budgets;
    private readonly Informer<V1Pod> _pods;
    private readonly Informer<V1ReplicaSet> _sets;
    private readonly Informer<V1Deployment> _deployments;
    private readonly EventRecorder _events;

    public DisruptionController(
        IApiClient client,
        Informer<V1PodDisruptionBudget> budgets,
        Informer<V1Pod> pods,
        Informer<V1ReplicaSet> sets,
        Informer<V1Deployment> deployments,
        EventRecorder events,
        TimeProvider time,
        ILogger logger)
        : base(time, logger)
    {
        (_client, _budgets, _pods, _sets, _deployments, _events) = (client, budgets, pods, sets, deployments, events);
        budgets.Changed += (old, budget) => Queue.Add(ObjectKey.Of((budget ?? old)!));
        pods.Changed += OnPod;
    }

    protected override IEnumerable<Task> Synced => [_budgets.Synced, _pods.Synced, _sets.Synced, _deployments.Synced];

    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_budgets.Find(key) is not { } budget)
        {
            return;
        }

        var pods = _pods.InNamespace(key.Namespace).Where(pod => LabelSelectors.Matches(budget.Spec.Selector, pod.Metadata.Labels)).ToList();
        if (pods.Count == 0)
        {
            Record(budget, "Normal", "NoPods", "No matching pods found");
        }

        try
        {
            var expected = ExpectedPods.Of(budget, pods, ScaleOf);
            if (expected.Unmanaged.Count > 0)
            {
                Record(
                    budget,
                    "Warning",
                    "UnmanagedPods",
                    $"Pods selected by this PodDisruptionBudget (selector: {Print(budget.Spec.Selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated "
                    + "correctly, which may result in undefined behavior. To account for these pods please set \".spec.minAvailable\" field of the PDB to an integer value.");
            }

            await WriteAsync(budget, Status(budget, pods, expected), cancellationToken);
        }
        catch (ExpectedPodsException exception)
        {
            Record(budget, "Warning", "CalculateExpectedPodCountFailed", $"Failed to calculate the number of expected pods: {exception.Message}");
            var failed = (budget.Status ?? new V1PodDisruptionBudgetStatus()).Copy();
            failed.DisruptionsAllowed = 0;
            failed.Conditions = [Condition(budget, "False", "SyncFailed", exception.Message)];
            await WriteAsync(budget, failed, cancellationToken);
        }
    }

    private void OnPod(V1Pod? old, V1Pod? pod)
    {
        foreach (var budget in _budgets.InNamespace((pod ?? old)!.Metadata.NamespaceProperty)
            .Where(budget => new[] { old, pod }.Any(one => one is not null && LabelSelectors.Matches(budget.Spec.Selector, one.Metadata.Labels))))
        {
            Queue.Add(ObjectKey.Of(budget));
        }
    }

    /// <summary>A ReplicaSet's size, or that of its Deployment.</summary>
    private (string Uid, int Scale)? ScaleOf(V1Pod pod)
    {
        var owner = PodFilters.ControllerOf(pod)!;
        if (owner.Kind != "ReplicaSet" || _sets.Find(new ObjectKey(pod.Metadata.NamespaceProperty, owner.Name)) is not { } set || set.Metadata.Uid != owner.Uid)
        {
            return null;
        }

        if (PodFilters.ControllerOf(set) is not { Kind: "Deployment" } manager)
        {
            return (set.Metadata.Uid, set.Spec.Replicas ?? 1);
        }

        return _deployments.Find(new ObjectKey(pod.Metadata.NamespaceProperty, manager.Name)) is { } deployment && deployment.Metadata.Uid == manager.Uid
            ? (deployment.Metadata.Uid, deployment.Spec.Replicas ?? 1)
            : null;
    }

    private V1PodDisruptionBudgetStatus Status(V1PodDisruptionBudget budget, List<V1Pod> pods, ExpectedPods expected)
    {
        var disrupted = Disrupted(budget, pods);
        var healthy = pods.Count(pod => pod.Metadata.DeletionTimestamp is null && !disrupted.ContainsKey(pod.Metadata.Name) && pod.IsReady());
        var allowed = expected.Expected <= 0 ? 0 : Math.Max(0, healthy - expected.DesiredHealthy);
        return new V1PodDisruptionBudgetStatus
        {
            ObservedGeneration = budget.Metadata.Generation,
            DisruptedPods = disrupted.Count == 0 ? null : disrupted,
            DisruptionsAllowed = allowed,
            CurrentHealthy = healthy,
            DesiredHealthy = expected.DesiredHealthy,
            ExpectedPods = expected.Expected,
            Conditions = [allowed > 0 ? Condition(budget, "True", "SufficientPods", "") : Condition(budget, "False", "InsufficientPods", "")],
        };
    }

    /// <summary>The pods whose eviction was allowed and that do not show it yet.</summary>
    private Dictionary<string, DateTime?> Disrupted(V1PodDisruptionBudget budget, List<V1Pod> pods)
    {
        var (now, result) = (Time.GetUtcNow(), new Dictionary<string, DateTime?>(StringComparer.Ordinal));
        foreach (var pod in pods.Where(pod => pod.Metadata.DeletionTimestamp is null))
        {
            if (budget.Status?.DisruptedPods?.TryGetValue(pod.Metadata.Name, out var time) != true || time is not { } since)
            {
                continue;
            }

            var end = PodFilters.Utc(since) + DeletionTimeout;
            if (end < now)
            {
                _events.Record(
                    EventRecorder.Reference(pod, "v1", "Pod"),
                    Source,
                    "Warning",
                    "NotDeleted",
                    $"Pod was expected by PDB {budget.Metadata.NamespaceProperty}/{budget.Metadata.Name} to be deleted but it wasn't");
            }
            else
            {
                result[pod.Metadata.Name] = since;
                Queue.AddAfter(ObjectKey.Of(budget), end - now);
            }
        }

        return result;
    }

    private V1Condition Condition(V1PodDisruptionBudget budget, string status, string reason, string message)
    {
        var before = budget.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "DisruptionAllowed");
        var now = Time.GetUtcNow();
        return new V1Condition
        {
            Type = "DisruptionAllowed",
            Status = status,
            Reason = reason,
            Message = message,
            ObservedGeneration = budget.Metadata.Generation,
            LastTransitionTime = before?.Status == status ? before.LastTransitionTime : now.UtcDateTime.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerSecond)),
        };
    }

    private async Task WriteAsync(V1PodDisruptionBudget budget, V1PodDisruptionBudgetStatus status, CancellationToken cancellationToken)
    {
        if (!status.IsSameAs(budget.Status))
        {
            await _client.UpdateStatusAsync(budget with { Status = status }, cancellationToken);
        }
    }

    /// <summary>As Go prints the struct behind the pointer.</summary>
    private static string Print(V1LabelSelector? selector)
    {
        var labels = string.Concat((selector?.MatchLabels ?? new Dictionary<string, string>()).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}: {label.Value},"));
        var expressions = string.Concat((selector?.MatchExpressions ?? []).Select(one => $"{{{one.Key} {one.OperatorProperty} [{string.Join(' ', one.Values ?? [])}]}},"));
        return $"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}";
    }

    private void Record(V1PodDisruptionBudget budget, string type, string reason, string message) =>
        _events.Record(EventRecorder.Reference(budget, "policy/v1", "PodDisruptionBudget"), Source, type, reason, message);
}
