using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using Scalelab.Cluster.Api.Schema;
using Scalelab.Cluster.Controllers.HorizontalPodAutoscalers;
using Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;
using Scalelab.Cluster.Metrics;

namespace Scalelab.Cluster.Tests.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>
/// Replays what a real controller decided, from what there was for it to see: the statuses must follow one another, and the events be reported, as
/// they were. Pods and metrics are known every five seconds, so the moment of a decision lies between two samples, and one of those must lead to
/// what was recorded. Read from <c>../shared/kubernetes/hpa</c> beside the repository; skipped where that is absent.
/// </summary>
public sealed partial class RecordedSeriesTests
{
    private const double Period = 15.07;
    private const double EarliestBefore = 2;
    private const double LatestAfter = 4;

    private readonly List<string> _differences = [];

    [Theory]
    [InlineData("hpa-container-resource")]
    [InlineData("hpa-cpu-default-window")]
    [InlineData("hpa-cpu-window60")]
    [InlineData("hpa-disabled")]
    [InlineData("hpa-limits")]
    [InlineData("hpa-no-cpu-request")]
    [InlineData("hpa-other-metrics")]
    [InlineData("hpa-pods-per-30s")]
    public void Decide_InTheSituationsOfARecordedSeries_SaysAndDoesWhatWasRecorded(string name)
    {
        var series = RecordedSeries.Read(name);
        var autoscalers = series.Created.Select(created => new Replayed(created.Autoscaler, created.At + Period)).ToList();
        while (autoscalers.MinBy(autoscaler => autoscaler.Next) is { } next && next.Next < series.End - 1)
        {
            Sync(series, next, autoscalers);
        }

        Assert.True(_differences.Count == 0, string.Join('\n', _differences));
        foreach (var autoscaler in autoscalers)
        {
            var recorded = series.Events.Where(entry => entry.Name == autoscaler.Name).Select(entry => (entry.Reason, Sorted(entry.Message))).Order();
            Assert.Equal(recorded, autoscaler.Events.Select(entry => (entry.Reason, Sorted(entry.Message))).Order());
        }
    }

    private void Sync(RecordedSeries series, Replayed autoscaler, List<Replayed> all)
    {
        var marks = series.Statuses.Where(status => status.Name == autoscaler.Name).Select(status => status.At)
            .Concat(series.Events.Where(entry => entry.Name == autoscaler.Name).Select(entry => entry.At))
            .Where(at => at > autoscaler.Next - EarliestBefore && at < autoscaler.Next + LatestAfter).ToList();
        var at = marks.Count > 0 ? marks.Min() : autoscaler.Next;
        autoscaler.Next = at + Period;
        var recorded = series.Statuses.Where(status => status.Name == autoscaler.Name && Math.Abs(status.At - at) < LatestAfter).Select(status => status.Status).FirstOrDefault();
        var expected = recorded ?? autoscaler.Autoscaler.Status ?? new V2HorizontalPodAutoscalerStatus();

        var deployment = autoscaler.Autoscaler.Spec.ScaleTargetRef.Name;
        var replicas = all.SelectMany(other => other.Rescales).Where(entry => entry.Deployment == deployment).Concat(series.Replicas.Where(entry => entry.Deployment == deployment))
            .Where(entry => entry.At < at).MaxBy(entry => entry.At).Replicas;
        autoscaler.IsSelecting |= replicas > 0 && replicas >= autoscaler.Minimum && replicas <= autoscaler.Autoscaler.Spec.MaxReplicas;
        var selecting = all.Where(other => other.IsSelecting && other.Autoscaler.Spec.ScaleTargetRef.Name == deployment).Select(other => $"{other.Autoscaler.Metadata.NamespaceProperty}/{other.Name}").ToList();

        var tried = new List<string>();
        foreach (var (pods, metrics) in series.Around(at, deployment))
        {
            var now = series.Start.AddSeconds(at);
            var decision = Autoscaling.Decide(new Situation
            {
                Autoscaler = autoscaler.Autoscaler,
                Target = new ScaleTarget(replicas, replicas, $"app={deployment}"),
                Pods = pods,
                Metrics = [.. metrics.Select(Usage)],
                Autoscalers = selecting,
                History = autoscaler.History,
                Options = new AutoscalerOptions(),
                Now = now,
            });
            var report = new AutoscalerReport(autoscaler.Autoscaler, now);
            report.Set(decision, replicas);
            if (decision.Rescales)
            {
                report.SetRescaled(decision.Replicas);
            }

            var text = Sorted(Text(report.Status));
            if (text == Sorted(Text(expected)) && AreNear(report.Status, expected))
            {
                autoscaler.Take(decision, report.Status, deployment, replicas, at, now);
                return;
            }

            tried.Add(text);
        }

        _differences.Add($"{at} {autoscaler.Name}: {(recorded is null ? "no change expected" : "expected")} {Text(expected)}\n  got {string.Join("\n   or ", tried.Distinct())}");
        autoscaler.Autoscaler = autoscaler.Autoscaler with { Status = expected };
    }

    private static PodUsage Usage(JsonNode metric)
    {
        var window = TimeSpan.FromSeconds(double.Parse(((string)metric["window"]!).TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture));
        var containers = metric["containers"]!.AsObject().Select(container => new ContainerUsage(
            container.Key,
            (long)(Quantity.Parse((string)container.Value!["cpu"]!).ToDouble() * 1e9),
            Quantity.Parse((string)container.Value!["memory"]!).Value)).ToList();
        return new PodUsage("", (string)metric["pod"]!, "", "", DateTimeOffset.Parse((string)metric["timestamp"]!, System.Globalization.CultureInfo.InvariantCulture), window, containers);
    }

    /// <summary>A status without its times.</summary>
    private static string Text(V2HorizontalPodAutoscalerStatus status)
    {
        var value = JsonNode.Parse(KubernetesJson.Serialize(status))!.AsObject();
        value.Remove("lastScaleTime");
        foreach (var empty in value.Where(member => member.Value is null or JsonArray { Count: 0 } || (member.Key == "currentReplicas" && (int)member.Value == 0)).Select(member => member.Key).ToList())
        {
            value.Remove(empty);
        }

        foreach (var condition in value["conditions"]?.AsArray() ?? [])
        {
            condition!.AsObject().Remove("lastTransitionTime");
        }

        return value.ToJsonString();
    }

    private static bool AreNear(V2HorizontalPodAutoscalerStatus one, V2HorizontalPodAutoscalerStatus other) =>
        IsNear(one.LastScaleTime, other.LastScaleTime)
        && (one.Conditions ?? []).Zip(other.Conditions ?? []).All(pair => IsNear(pair.First.LastTransitionTime, pair.Second.LastTransitionTime));

    private static bool IsNear(DateTime? one, DateTime? other) => one is null || other is null ? one == other : (one.Value - other.Value).Duration() < TimeSpan.FromSeconds(LatestAfter);

    /// <summary>The order in which a message names several autoscalers is not fixed.</summary>
    private static string Sorted(string text) => Names().Replace(text, match => $"HPAs: [{string.Join(' ', match.Groups["names"].Value.Split(' ').Order(StringComparer.Ordinal))}]");

    [GeneratedRegex(@"HPAs: \[(?<names>[^\]]*)\]")]
    private static partial Regex Names();

    private sealed class Replayed(V2HorizontalPodAutoscaler autoscaler, double first)
    {
        public V2HorizontalPodAutoscaler Autoscaler { get; set; } = autoscaler;

        public string Name => Autoscaler.Metadata.Name;

        public int Minimum => Autoscaler.Spec.MinReplicas ?? 1;

        public double Next { get; set; } = first;

        public bool IsSelecting { get; set; }

        public AutoscalerHistory History { get; private set; } = AutoscalerHistory.Empty;

        public List<(string Reason, string Message)> Events { get; } = [];

        public List<(double At, string Deployment, int Replicas)> Rescales { get; } = [];

        public void Take(Decision decision, V2HorizontalPodAutoscalerStatus status, string deployment, int before, double at, DateTimeOffset now)
        {
            Autoscaler = Autoscaler with { Status = status };
            History = decision.History;
            Events.AddRange(decision.Warnings.Select(warning => (warning.Reason, warning.Message)));
            if (decision.Rescales)
            {
                Rescales.Add((at, deployment, decision.Replicas));
                History = History.WithScaling(Autoscaler.Spec.Behavior, before, decision.Replicas, now);
                Events.Add(("SuccessfulRescale", $"New size: {decision.Replicas}; reason: {decision.Reason}"));
            }
        }
    }
}
