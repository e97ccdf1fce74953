using System.Collections.Concurrent;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Selectors;
using Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;
using Scalelab.Cluster.Metrics;

namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers;

/// <summary>
/// Looks at each autoscaler once in a sync period, never sooner: what it decides is <see cref="Autoscaling"/>'s affair, what it is decided
/// from and what becomes of it is this one's.
/// </summary>
internal sealed class HorizontalPodAutoscalerController : Controller
{
    private static readonly V1EventSource Source = new() { Component = "horizontal-pod-autoscaler" };

    private readonly IApiClient _client;
    private readonly Informer<V2HorizontalPodAutoscaler> _autoscalers;
    private readonly Informer<V1Pod> _pods;
    private readonly IPodUsageSource _usage;
    private readonly EventRecorder _events;
    private readonly AutoscalerOptions _options;
    private readonly ConcurrentDictionary<ObjectKey, AutoscalerHistory> _histories = new();

    // As last seen by each autoscaler: two that name one target are found out by them.
    private readonly ConcurrentDictionary<ObjectKey, LabelSelector> _selectors = new();

    public HorizontalPodAutoscalerController(
        IApiClient client,
        Informer<V2HorizontalPodAutoscaler> autoscalers,
        Informer<V1Pod> pods,
        IPodUsageSource usage,
        EventRecorder events,
        AutoscalerOptions options,
        TimeProvider time,
        ILogger logger)
        : base(time, logger)
    {
        _client = client;
        _autoscalers = autoscalers;
        _pods = pods;
        _usage = usage;
        _events = events;
        _options = options;
        autoscalers.Changed += OnAutoscaler;
    }

    protected override IEnumerable<Task> Synced => [_autoscalers.Synced, _pods.Synced];

    protected override async Task ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_autoscalers.Find(key) is not { } found)
        {
            Forget(key);
            return;
        }

        try
        {
            await SyncAsync(key, found.Copy(), cancellationToken);
        }
        catch (ApiException exception)
        {
            // Not tried again at once, as other controllers do: the next look comes soon enough, and finds newer metrics.
            Logger.LogDebug("The autoscaler {Key} could not be looked after: {Message}", key, exception.Message);
        }
        finally
        {
            Queue.AddAfter(key, _options.SyncPeriod);
        }
    }

    private void OnAutoscaler(V2HorizontalPodAutoscaler? old, V2HorizontalPodAutoscaler? autoscaler)
    {
        var key = ObjectKey.Of((autoscaler ?? old)!);
        if (autoscaler is null)
        {
            Forget(key);
        }
        else
        {
            Queue.AddAfter(key, _options.SyncPeriod);
        }
    }

    private void Forget(ObjectKey key)
    {
        _histories.TryRemove(key, out _);
        _selectors.TryRemove(key, out _);
    }

    private async Task SyncAsync(ObjectKey key, V2HorizontalPodAutoscaler autoscaler, CancellationToken cancellationToken)
    {
        var report = new AutoscalerReport(autoscaler, Time.GetUtcNow());
        var target = autoscaler.Spec.ScaleTargetRef;
        V1Scale scale;
        try
        {
            scale = await _client.GetScaleAsync(target.ApiVersion, target.Kind, key.Namespace!, target.Name, cancellationToken);
        }
        catch (ApiException exception)
        {
            Warn(autoscaler, "FailedGetScale", exception.Message);
            report.Set(ConditionChange.AbleToScale(false, "FailedGetScale", $"the HPA controller was unable to get the target's current scale: {exception.Message}"));
            await WriteAsync(autoscaler, report, cancellationToken);
            return;
        }

        var decision = Autoscaling.Decide(Situation(key, autoscaler, scale));
        _histories[key] = decision.History;
        report.Set(decision, scale.Spec?.Replicas ?? 0);
        foreach (var warning in decision.Warnings)
        {
            Warn(autoscaler, warning.Reason, warning.Message);
        }

        if (decision.Rescales)
        {
            await RescaleAsync(key, autoscaler, scale, decision, report, cancellationToken);
        }

        await WriteAsync(autoscaler, report, cancellationToken);
    }

    private Situation Situation(ObjectKey key, V2HorizontalPodAutoscaler autoscaler, V1Scale scale)
    {
        var text = scale.Status?.Selector ?? "";
        IReadOnlyList<V1Pod> pods = [];
        IReadOnlyList<PodUsage> usages = [];
        IReadOnlyList<string> autoscalers = [];
        if (text.Length > 0)
        {
            var selector = LabelSelector.Parse(text);
            _selectors[key] = selector;
            pods = [.. _pods.InNamespace(key.Namespace).Where(pod => selector.Matches(pod.Metadata.Labels))];
            var uids = pods.Select(pod => pod.Metadata.Uid).ToHashSet(StringComparer.Ordinal);
            usages = [.. _usage.InNamespace(key.Namespace!).Where(usage => uids.Contains(usage.Uid))];
            autoscalers =
            [
                .. _selectors.Where(other => other.Key.Namespace == key.Namespace && pods.Any(pod => other.Value.Matches(pod.Metadata.Labels)))
                    .Select(other => other.Key.ToString()).Order(StringComparer.Ordinal),
            ];
        }

        return new Situation
        {
            Autoscaler = autoscaler,
            Target = new ScaleTarget(scale.Spec?.Replicas ?? 0, scale.Status?.Replicas ?? 0, text),
            Pods = pods,
            Metrics = usages,
            Autoscalers = autoscalers,
            History = _histories.GetValueOrDefault(key, AutoscalerHistory.Empty),
            Options = _options,
            Now = Time.GetUtcNow(),
        };
    }

    private async Task RescaleAsync(
        ObjectKey key, V2HorizontalPodAutoscaler autoscaler, V1Scale scale, Decision decision, AutoscalerReport report, CancellationToken cancellationToken)
    {
        var target = autoscaler.Spec.ScaleTargetRef;
        var before = scale.Spec?.Replicas ?? 0;
        try
        {
            await _client.UpdateScaleAsync(target.ApiVersion, target.Kind, scale with { Spec = new V1ScaleSpec { Replicas = decision.Replicas } }, cancellationToken);
        }
        catch (ApiException exception)
        {
            Warn(autoscaler, "FailedRescale", $"New size: {decision.Replicas}; reason: {decision.Reason}; error: {exception.Message}");
            report.SetFailed(exception.Message);
            return;
        }

        _histories[key] = decision.History.WithScaling(autoscaler.Spec.Behavior, before, decision.Replicas, Time.GetUtcNow());
        report.SetRescaled(decision.Replicas);
        Record(autoscaler, "Normal", "SuccessfulRescale", $"New size: {decision.Replicas}; reason: {decision.Reason}");
    }

    private async Task WriteAsync(V2HorizontalPodAutoscaler autoscaler, AutoscalerReport report, CancellationToken cancellationToken)
    {
        if (!report.Status.IsSameAs(autoscaler.Status))
        {
            await _client.UpdateStatusAsync(autoscaler with { Status = report.Status }, cancellationToken);
        }
    }

    private void Warn(V2HorizontalPodAutoscaler autoscaler, string reason, string message) => Record(autoscaler, "Warning", reason, message);

    private void Record(V2HorizontalPodAutoscaler autoscaler, string type, string reason, string message) =>
        _events.Record(EventRecorder.Reference(autoscaler, "autoscaling/v2", "HorizontalPodAutoscaler"), Source, type, reason, message);
}
