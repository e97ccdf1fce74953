using System.Text.Json.Nodes;
using Scalelab.Engine.Providers.Kubernetes;
using Scalelab.Engine.Providers.Kubernetes.Awaiting;

namespace Scalelab.Engine.Tests.Providers.Kubernetes.Awaiting;

public sealed class WorkloadsTests
{
    [Theory]
    [InlineData("""{"replicas":2}""", """{"observedGeneration":1,"replicas":2,"readyReplicas":2,"currentReplicas":2,"currentRevision":"a","updateRevision":"a"}""", true)]
    [InlineData("""{"replicas":2}""", """{"observedGeneration":1,"replicas":2,"readyReplicas":1,"currentReplicas":2,"currentRevision":"a","updateRevision":"a"}""", false)]
    [InlineData("""{"replicas":2}""", """{"observedGeneration":1,"replicas":2,"readyReplicas":2,"updatedReplicas":1,"currentReplicas":1,"currentRevision":"a","updateRevision":"b"}""", false)]
    [InlineData("""{"replicas":2}""", """{"observedGeneration":0,"replicas":2,"readyReplicas":2,"currentReplicas":2,"currentRevision":"a","updateRevision":"a"}""", false)]
    [InlineData("""{"replicas":3,"updateStrategy":{"rollingUpdate":{"partition":2}}}""", """{"observedGeneration":1,"replicas":3,"readyReplicas":3,"updatedReplicas":1,"currentRevision":"a","updateRevision":"b"}""", true)]
    [InlineData("""{"replicas":2,"updateStrategy":{"type":"OnDelete"}}""", """{"observedGeneration":1,"replicas":2,"readyReplicas":2,"currentRevision":"a","updateRevision":"b"}""", true)]
    public void Judge_OfStatefulSet_WaitsForPodsAndRevision(string spec, string status, bool ready) =>
        Assert.Equal(ready, Wait("StatefulSet", spec, status, Workloads.StatefulSet).Judge().IsReady);

    [Theory]
    [InlineData("""{"observedGeneration":1,"desiredNumberScheduled":2,"currentNumberScheduled":2,"updatedNumberScheduled":2,"numberAvailable":2,"numberReady":2}""", true)]
    [InlineData("""{"observedGeneration":1,"desiredNumberScheduled":2,"currentNumberScheduled":2,"updatedNumberScheduled":1,"numberAvailable":2,"numberReady":2}""", false)]
    [InlineData("""{"observedGeneration":1,"desiredNumberScheduled":0}""", true)]
    [InlineData("""{}""", false)]
    public void Judge_OfDaemonSet_WaitsForEveryNode(string status, bool ready) =>
        Assert.Equal(ready, Wait("DaemonSet", "{}", status, Workloads.DaemonSet).Judge().IsReady);

    [Fact]
    public void Judge_OfJob_WaitsForItsCompletion()
    {
        Assert.True(Wait("Job", "{}", """{"conditions":[{"type":"Complete","status":"True"}]}""", Workloads.Job).Judge().IsReady);
        Assert.True(Wait("Job", """{"suspend":true}""", "{}", Workloads.Job).Judge().IsReady);
        Assert.Contains("0 of 1 succeeded", Wait("Job", "{}", "{}", Workloads.Job).Judge().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_OfJobThatIsCleanedUpWhenItIsDone_IsReady()
    {
        var job = Wait("Job", "{}", """{"conditions":[{"type":"Complete","status":"True"}]}""", Workloads.Job);
        job.ApplyWorkload(new KubeEvent("DELETED", []));

        Assert.True(job.Judge().IsReady);
    }

    [Fact]
    public void Judge_OfFailedJob_IsHopelessWithTheLogOfItsLastPod()
    {
        var job = Wait("Job", "{}", """{"conditions":[{"type":"Failed","status":"True","reason":"BackoffLimitExceeded","message":"too often"}]}""", Workloads.Job);
        job.ApplyPod(new KubeEvent("ADDED", Pod("""{"phase":"Failed","containerStatuses":[{"name":"side","state":{"terminated":{"exitCode":0}}},{"name":"main","state":{"terminated":{"exitCode":1}}}]}""")));

        var verdict = job.Judge();

        Assert.True(verdict.IsHopeless);
        Assert.Contains("BackoffLimitExceeded: too often", verdict.Message, StringComparison.Ordinal);
        Assert.Equal("main", verdict.Log!.Container);
    }

    [Fact]
    public void Judge_OfJobWithPodsThatCrash_Waits()
    {
        var job = Wait("Job", "{}", "{}", Workloads.Job);
        job.ApplyPod(new KubeEvent("ADDED", Pod("""{"containerStatuses":[{"name":"main","state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}""")));

        Assert.False(job.Judge().IsHopeless);
    }

    [Fact]
    public void Judge_OfWorkloadWhosePodsCannotBeCreated_SaysWhyUntilTheyCan()
    {
        var set = Wait("StatefulSet", "{}", """{"observedGeneration":1}""", Workloads.StatefulSet);
        set.ApplyReport(new KubeEvent("ADDED", Report("a", 1, "FailedCreate", "exceeded quota: small")));

        Assert.Contains("exceeded quota: small", set.Judge().Message, StringComparison.Ordinal);
        Assert.True(set.Judge().IsHopeless);

        set.ApplyReport(new KubeEvent("ADDED", Report("b", 2, "SuccessfulCreate", "created pod")));

        Assert.False(set.Judge().IsHopeless);
    }

    [Fact]
    public void Judge_OfBrokenPodOfAnOlderRevision_Waits()
    {
        var set = Wait("StatefulSet", "{}", """{"observedGeneration":1,"updateRevision":"b"}""", Workloads.StatefulSet);
        var pod = Pod("""{"containerStatuses":[{"name":"main","state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}""");
        pod["metadata"]!["labels"] = new JsonObject { ["controller-revision-hash"] = "a" };
        set.ApplyPod(new KubeEvent("ADDED", pod));

        Assert.False(set.Judge().IsHopeless);
    }

    private static WorkloadWait Wait(string kind, string spec, string status, WorkloadRules rules) => new("/apis/x/v1/namespaces/default/things/w", Parse($$$"""
        {"kind":"{{{kind}}}","metadata":{"name":"w","namespace":"default","uid":"u","generation":1},"spec":{{{spec}}},"status":{{{status}}}}
        """), rules);

    private static JsonObject Pod(string status) => Parse($$$"""{"kind":"Pod","metadata":{"name":"w-0","namespace":"default","ownerReferences":[{"uid":"u"}]},"status":{{{status}}}}""");

    private static JsonObject Report(string name, int second, string reason, string message) => Parse($$$"""
        {"metadata":{"name":"{{{name}}}"},"lastTimestamp":"2026-01-01T00:00:0{{{second}}}Z","type":"Warning","reason":"{{{reason}}}","message":"{{{message}}}","involvedObject":{"uid":"u"}}
        """);

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
