using k8s.Models;
using Scalelab.Cluster.Controllers.HorizontalPodAutoscalers;
using Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;
using Scalelab.Cluster.Metrics;

namespace Scalelab.Cluster.Tests.Controllers.HorizontalPodAutoscalers.Algorithm;

public sealed class AutoscalingTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>Each pod requests 100m and is given in thousandths of a core; r is ready without metrics, p pending, t terminating, f failed, u unready.</summary>
    [Theory]
    // Ready pods times usage over target, rounded up.
    [InlineData(50, "100", 2)]
    [InlineData(50, "60 80", 3)]
    [InlineData(50, "49 40 31", 3)]
    [InlineData(50, "10 10 10 10", 1)]
    [InlineData(50, "0 0 0", 1)]
    // Within a tenth nothing changes.
    [InlineData(50, "54 55", 2)]
    [InlineData(50, "45 45 45", 3)]
    [InlineData(50, "44 44 44 44 44 44 44 44", 8)]
    [InlineData(50, "44 44 44 44 44 44 44 44 44", 8)]
    // Utilization is a whole number first: 46.67 % counts as 46 %, which the tolerance covers. Of a pod's usage every begun thousandth counts.
    [InlineData(42, "46 47 47", 3)]
    [InlineData(42, "47 47 47", 4)]
    [InlineData(42, "46.1 46.1 46.1", 4)]
    // Without metrics: all of the request on the way down, nothing on the way up.
    [InlineData(50, "10 10 r", 3)]
    [InlineData(50, "10 10 10 r", 3)]
    [InlineData(50, "100 100 r", 4)]
    [InlineData(50, "70 r", 2)]
    [InlineData(150, "100 100 r", 3)]
    // Not ready: nothing on the way up, left out on the way down.
    [InlineData(50, "100 p", 2)]
    [InlineData(50, "200 p", 4)]
    [InlineData(50, "10 10 p", 1)]
    [InlineData(50, "100 u90", 2)]
    [InlineData(50, "200 u90", 4)]
    // Failed and terminating pods do not count at all.
    [InlineData(50, "100 t100", 2)]
    [InlineData(50, "100 f100 f", 2)]
    public void Decide_ByUtilization_CountsPodsAsDocumented(int target, string pods, int expected)
    {
        var situation = Situation(pods, Cpu(target));

        var decision = Autoscaling.Decide(situation with { History = AutoscalerHistory.Empty, Options = new AutoscalerOptions { DownscaleStabilization = TimeSpan.Zero } });

        Assert.Equal(expected, decision.Replicas);
        Assert.Equal(expected != situation.Target.Replicas, decision.Rescales);
    }

    [Theory]
    [InlineData("50m", "100 100", 4)]
    [InlineData("50m", "10 10 10", 1)]
    [InlineData("50m", "54 54", 2)]
    [InlineData("50m", "10 10 r", 2)]
    [InlineData("50m", "100 100 r", 4)]
    [InlineData("50m", "50 50 r", 2)]
    public void Decide_ByAverageValue_CountsPodsAsDocumented(string target, string pods, int expected)
    {
        var metric = Resource("cpu", new V2MetricTarget { Type = "AverageValue", AverageValue = new ResourceQuantity(target) });

        var decision = Autoscaling.Decide(Situation(pods, metric) with { Options = new AutoscalerOptions { DownscaleStabilization = TimeSpan.Zero } });

        Assert.Equal(expected, decision.Replicas);
    }

    [Fact]
    public void Decide_WithoutBehavior_DoublesOrGoesToFour()
    {
        Assert.Equal(4, Autoscaling.Decide(Situation("2000", Cpu(50))).Replicas);
        Assert.Equal(6, Autoscaling.Decide(Situation("2000 2000 2000", Cpu(50))).Replicas);
    }

    [Fact]
    public void Decide_WithDefaultBehavior_GoesFromOneToFiveInOneStep()
    {
        var decision = Autoscaling.Decide(WithBehavior(Situation("2000", Cpu(50)), new V2HorizontalPodAutoscalerBehavior { ScaleUp = Up(), ScaleDown = Down() }));

        Assert.Equal(5, decision.Replicas);
        Assert.Equal("ScaleUpLimit", Condition(decision, "ScalingLimited").Reason);
        Assert.Equal("cpu resource utilization (percentage of request) above target", decision.Reason);
    }

    [Theory]
    [InlineData("Max", 5)]
    [InlineData("Min", 2)]
    [InlineData("Disabled", 1)]
    public void Decide_Upwards_SelectsAmongThePolicies(string selectPolicy, int expected) =>
        Assert.Equal(expected, Autoscaling.Decide(WithBehavior(Situation("2000", Cpu(50)), new V2HorizontalPodAutoscalerBehavior { ScaleUp = Up() with { SelectPolicy = selectPolicy }, ScaleDown = Down() })).Replicas);

    [Theory]
    [InlineData("Max", 1)]
    [InlineData("Min", 5)]
    [InlineData("Disabled", 6)]
    public void Decide_Downwards_SelectsAmongThePolicies(string selectPolicy, int expected)
    {
        var down = Down() with { SelectPolicy = selectPolicy, Policies = [Policy("Percent", 100, 15), Policy("Pods", 1, 60)] };

        Assert.Equal(expected, Autoscaling.Decide(WithBehavior(Situation("1 1 1 1 1 1", Cpu(50)), new V2HorizontalPodAutoscalerBehavior { ScaleUp = Up(), ScaleDown = down })).Replicas);
    }

    [Fact]
    public void Decide_WithinAPolicysPeriod_CountsWhatWasAddedAlready()
    {
        var behavior = new V2HorizontalPodAutoscalerBehavior { ScaleUp = Up() with { Policies = [Policy("Pods", 2, 60)] }, ScaleDown = Down() };
        var situation = WithBehavior(Situation("2000 2000", Cpu(50)), behavior);
        var added = AutoscalerHistory.Empty.WithScaling(behavior, 1, 2, Now.AddSeconds(-30));

        Assert.Equal(3, Autoscaling.Decide(situation with { History = added }).Replicas);
        Assert.Equal(4, Autoscaling.Decide(situation with { History = added, Now = Now.AddSeconds(31) }).Replicas);
    }

    [Fact]
    public void Decide_WithAScaleUpWindow_TakesTheLowestRecommendationOfIt()
    {
        var behavior = new V2HorizontalPodAutoscalerBehavior { ScaleUp = Up() with { StabilizationWindowSeconds = 60 }, ScaleDown = Down() };
        var first = Autoscaling.Decide(WithBehavior(Situation("60 60", Cpu(50)), behavior) with { Now = Now.AddSeconds(-30) });

        var second = Autoscaling.Decide(WithBehavior(Situation("100 100", Cpu(50)), behavior) with { History = first.History });
        var later = Autoscaling.Decide(WithBehavior(Situation("100 100", Cpu(50)), behavior) with { History = second.History, Now = Now.AddSeconds(61) });

        Assert.Equal(2, second.Replicas);
        Assert.Equal("ScaleUpStabilized", Condition(second, "AbleToScale").Reason);
        Assert.Equal(4, later.Replicas);
    }

    [Fact]
    public void Decide_WithAScaleDownWindow_TakesTheHighestRecommendationOfIt()
    {
        var behavior = new V2HorizontalPodAutoscalerBehavior { ScaleUp = Up(), ScaleDown = Down() with { StabilizationWindowSeconds = 60 } };
        var first = Autoscaling.Decide(WithBehavior(Situation("40 40 40 40", Cpu(50)), behavior) with { Now = Now.AddSeconds(-30) });

        var second = Autoscaling.Decide(WithBehavior(Situation("1 1 1 1", Cpu(50)), behavior) with { History = first.History });
        var later = Autoscaling.Decide(WithBehavior(Situation("1 1 1 1", Cpu(50)), behavior) with { History = second.History, Now = Now.AddSeconds(31) });

        Assert.Equal((4, "ScaleDownStabilized"), (second.Replicas, Condition(second, "AbleToScale").Reason));
        Assert.Equal((1, "ReadyForNewScale"), (later.Replicas, Condition(later, "AbleToScale").Reason));
    }

    [Fact]
    public void Decide_AfterAPeak_KeepsTheHighestRecommendationOfFiveMinutes()
    {
        var peak = Autoscaling.Decide(Situation("100 100 100 100", Cpu(100)));
        var quiet = Situation("1 1 1 1", Cpu(50)) with { History = peak.History };

        var soon = Autoscaling.Decide(quiet with { Now = Now.AddSeconds(299) });
        var late = Autoscaling.Decide(quiet with { Now = Now.AddSeconds(301) });

        Assert.Equal((4, "ScaleDownStabilized"), (soon.Replicas, Condition(soon, "AbleToScale").Reason));
        Assert.Equal((1, "ReadyForNewScale"), (late.Replicas, Condition(late, "AbleToScale").Reason));
        Assert.Equal("All metrics below target", late.Reason);
    }

    [Fact]
    public void Decide_WithATolerancePerDirection_UsesEachForItsOwn()
    {
        var behavior = new V2HorizontalPodAutoscalerBehavior
        {
            ScaleUp = Up() with { Tolerance = new ResourceQuantity("0") },
            ScaleDown = Down() with { Tolerance = new ResourceQuantity("500m") },
        };

        Assert.Equal(3, Autoscaling.Decide(WithBehavior(Situation("51 51", Cpu(50)), behavior)).Replicas);
        Assert.Equal(4, Autoscaling.Decide(WithBehavior(Situation("26 26 26 26", Cpu(50)), behavior)).Replicas);
        Assert.Equal(2, Autoscaling.Decide(WithBehavior(Situation("24 24 24 24", Cpu(50)), behavior)).Replicas);
    }

    [Fact]
    public void Decide_WithSeveralMetrics_FollowsTheOneThatAsksForMost()
    {
        var decision = Autoscaling.Decide(Situation("60 60", Cpu(50), Resource("memory", new V2MetricTarget { Type = "AverageValue", AverageValue = new ResourceQuantity("512Ki") })));

        Assert.Equal(4, decision.Replicas);
        Assert.Equal("memory resource above target", decision.Reason);
        Assert.Equal(["60m", "1048576"], decision.Metrics!.Select(metric => metric.Resource.Current.AverageValue.ToString()));
    }

    [Fact]
    public void Decide_WithOneMetricThatFails_ScalesUpButNotDown()
    {
        var failing = new V2MetricSpec { Type = "Pods", Pods = new V2PodsMetricSource { Metric = new V2MetricIdentifier { Name = "qps" }, Target = new V2MetricTarget { Type = "AverageValue", AverageValue = new ResourceQuantity("1") } } };

        var up = Autoscaling.Decide(Situation("100 100", failing, Cpu(50)));
        var down = Autoscaling.Decide(Situation("1 1", failing, Cpu(50)));

        Assert.Equal((4, false), (up.Replicas, up.Failed));
        Assert.Equal(["FailedGetPodsMetric"], up.Warnings.Select(warning => warning.Reason));
        Assert.Equal((2, true), (down.Replicas, down.Failed));
        Assert.Equal("invalid metrics (1 invalid out of 2), first error is: failed to get pods metric value: unable to get metric qps: "
            + "unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered", down.Warnings[^1].Message);
    }

    [Fact]
    public void Decide_ByAContainer_CountsThatOneAlone()
    {
        var metric = new V2MetricSpec
        {
            Type = "ContainerResource",
            ContainerResource = new V2ContainerResourceMetricSource { Name = "cpu", Container = "main", Target = new V2MetricTarget { Type = "Utilization", AverageUtilization = 50 } },
        };
        var situation = Situation("100", metric);
        var pod = situation.Pods[0];
        situation = situation with
        {
            Pods = [pod with { Spec = pod.Spec with { Containers = [.. pod.Spec.Containers, new V1Container { Name = "sidecar" }] } }],
            Metrics = [situation.Metrics[0] with { Containers = [.. situation.Metrics[0].Containers, new ContainerUsage("sidecar", 900_000_000, 0)] }],
        };

        Assert.Equal(2, Autoscaling.Decide(situation).Replicas);
    }

    [Fact]
    public void Decide_DuringInitialisation_WaitsForAWholeWindowSinceThePodIsReady()
    {
        var situation = Situation("2000", Cpu(50));
        var fresh = situation.Pods[0] with
        {
            Status = situation.Pods[0].Status with
            {
                StartTime = Now.AddSeconds(-20).UtcDateTime,
                Conditions = [new V1PodCondition { Type = "Ready", Status = "True", LastTransitionTime = Now.AddSeconds(-14).UtcDateTime }],
            },
        };

        var early = Autoscaling.Decide(situation with { Pods = [fresh] });
        var later = Autoscaling.Decide(situation with { Pods = [fresh], Metrics = [situation.Metrics[0] with { Timestamp = Now.AddSeconds(1) }] });

        Assert.True(early.Failed);
        Assert.Contains("did not receive metrics for targeted pods (pods might be unready)", early.Warnings[0].Message, StringComparison.Ordinal);
        Assert.Equal(4, later.Replicas);
    }

    [Fact]
    public void Decide_AfterInitialisation_LeavesOutOnlyPodsThatWereNeverReady()
    {
        var situation = Situation("2000", Cpu(50));
        var pod = situation.Pods[0];

        Assert.True(Autoscaling.Decide(situation with { Pods = [Unready(since: 29)] }).Failed);
        Assert.Equal(4, Autoscaling.Decide(situation with { Pods = [Unready(since: 31)] }).Replicas);

        V1Pod Unready(int since) => pod with
        {
            Status = pod.Status with
            {
                Conditions = [new V1PodCondition { Type = "Ready", Status = "False", LastTransitionTime = pod.Status.StartTime!.Value.AddSeconds(since) }],
            },
        };
    }

    [Fact]
    public void Decide_WithoutARequest_SaysWhichContainerLacksIt()
    {
        var situation = Situation("100", Cpu(50));
        var pod = situation.Pods[0] with { Spec = new V1PodSpec { Containers = [new V1Container { Name = "main" }] } };

        var decision = Autoscaling.Decide(situation with { Pods = [pod] });

        Assert.Equal("failed to get cpu utilization: missing request for cpu in container main of Pod pod-0", decision.Warnings[0].Message);
        Assert.Equal("FailedGetResourceMetric", Condition(decision, "ScalingActive").Reason);
    }

    [Fact]
    public void Decide_ByAnExternalMetric_NamesItsSelector()
    {
        var metric = new V2MetricSpec
        {
            Type = "External",
            External = new V2ExternalMetricSource
            {
                Metric = new V2MetricIdentifier { Name = "depth", Selector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { ["queue"] = "work" } } },
                Target = new V2MetricTarget { Type = "Value", Value = new ResourceQuantity("5") },
            },
        };

        var decision = Autoscaling.Decide(Situation("100", metric));

        Assert.Equal(
            "unable to get external metric ns/depth/&LabelSelector{MatchLabels:map[string]string{queue: work,},MatchExpressions:[]LabelSelectorRequirement{},}: unable to fetch metrics "
            + "from external metrics API: the server could not find the requested resource (get depth.external.metrics.k8s.io)",
            decision.Warnings[0].Message);
    }

    private static ConditionChange Condition(Decision decision, string type) => decision.Conditions.Last(condition => condition.Type == type);

    private static V2MetricSpec Cpu(int percent) => Resource("cpu", new V2MetricTarget { Type = "Utilization", AverageUtilization = percent });

    private static V2MetricSpec Resource(string name, V2MetricTarget target) => new() { Type = "Resource", Resource = new V2ResourceMetricSource { Name = name, Target = target } };

    private static V2HPAScalingPolicy Policy(string type, int value, int seconds) => new() { Type = type, Value = value, PeriodSeconds = seconds };

    private static V2HPAScalingRules Up() => new() { StabilizationWindowSeconds = 0, SelectPolicy = "Max", Policies = [Policy("Pods", 4, 15), Policy("Percent", 100, 15)] };

    private static V2HPAScalingRules Down() => new() { StabilizationWindowSeconds = 0, SelectPolicy = "Max", Policies = [Policy("Percent", 100, 15)] };

    private static Situation WithBehavior(Situation situation, V2HorizontalPodAutoscalerBehavior behavior) =>
        situation with { Autoscaler = situation.Autoscaler with { Spec = situation.Autoscaler.Spec with { Behavior = behavior } } };

    private static Situation Situation(string pods, params IList<V2MetricSpec> metrics)
    {
        var all = pods.Split(' ').Select((text, index) => Pod($"pod-{index}", text)).ToList();
        return new Situation
        {
            Autoscaler = new V2HorizontalPodAutoscaler
            {
                Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "ns" },
                Spec = new V2HorizontalPodAutoscalerSpec { MinReplicas = 1, MaxReplicas = 10, Metrics = metrics },
            },
            Target = new ScaleTarget(all.Count(pod => pod.Pod.Status.Phase != "Failed" && pod.Pod.Metadata.DeletionTimestamp is null), all.Count, "app=web"),
            Pods = [.. all.Select(pod => pod.Pod)],
            Metrics = [.. all.Select(pod => pod.Usage).OfType<PodUsage>()],
            Autoscalers = ["ns/web"],
            History = AutoscalerHistory.Empty,
            Options = new AutoscalerOptions(),
            Now = Now,
        };
    }

    private static (V1Pod Pod, PodUsage? Usage) Pod(string name, string text)
    {
        var state = char.IsLetter(text[0]) ? text[0] : ' ';
        var amount = text.TrimStart(state);
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = name, DeletionTimestamp = state == 't' ? Now.UtcDateTime : null },
            Spec = new V1PodSpec
            {
                Containers = [new V1Container { Name = "main", Resources = new V1ResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("100m") } } }],
            },
            Status = new V1PodStatus
            {
                Phase = state switch { 'p' => "Pending", 'f' => "Failed", _ => "Running" },
                StartTime = Now.AddHours(-1).UtcDateTime,
                Conditions = [new V1PodCondition { Type = "Ready", Status = state == 'u' ? "False" : "True", LastTransitionTime = Now.AddHours(-1).AddSeconds(5).UtcDateTime }],
            },
        };
        var usage = amount.Length == 0
            ? null
            : new PodUsage("ns", name, "", "", Now, TimeSpan.FromSeconds(15), [new ContainerUsage("main", (long)(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture) * 1_000_000), 1 << 20)]);
        return (pod, usage);
    }
}
