using System.Text.Json.Nodes;
using Scalelab.Engine.Providers.Kubernetes;
using Scalelab.Engine.Providers.Kubernetes.Awaiting;

namespace Scalelab.Engine.Tests.Providers.Kubernetes.Awaiting;

public sealed class RolloutTests
{
    private const string Path = "/apis/apps/v1/namespaces/default/deployments/web";
    private const string Available = """{"type":"Available","status":"True"}""";
    private const string Complete = """{"type":"Progressing","status":"True","reason":"NewReplicaSetAvailable"}""";

    [Fact]
    public void Judge_BeforeTheControllerSawIt_Waits()
    {
        var rollout = new Rollout(Path, Deployment(generation: 2, status: $$"""{"observedGeneration":1,"updatedReplicas":1,"availableReplicas":1,"conditions":[{{Available}},{{Complete}}]}"""));

        Assert.False(rollout.Judge().IsReady);
    }

    [Fact]
    public void Judge_OfCompleteRollout_IsReady()
    {
        var rollout = new Rollout(Path, Deployment());
        rollout.Apply(new KubeEvent("MODIFIED", Deployment(status: $$"""{"observedGeneration":1,"updatedReplicas":1,"availableReplicas":1,"conditions":[{{Available}},{{Complete}}]}""")));

        Assert.True(rollout.Judge().IsReady);
    }

    [Fact]
    public void Judge_WithTooFewUpdatedReplicas_Waits()
    {
        var rollout = new Rollout(Path, Deployment(replicas: 2, status: $$"""{"observedGeneration":1,"updatedReplicas":1,"availableReplicas":2,"conditions":[{{Available}},{{Complete}}]}"""));

        Assert.False(rollout.Judge().IsReady);
    }

    [Theory]
    [InlineData("ErrImagePull", "manifest unknown")]
    [InlineData("CrashLoopBackOff", "back-off 10s")]
    public void Judge_OfPodThatCannotStart_IsHopelessWithReason(string reason, string message)
    {
        var rollout = Running(Pod("new", $$$"""{"containerStatuses":[{"name":"main","restartCount":2,"state":{"waiting":{"reason":"{{{reason}}}","message":"{{{message}}}"} } }]}"""));

        var verdict = rollout.Judge();

        Assert.True(verdict.IsHopeless);
        Assert.Contains(reason, verdict.Message, StringComparison.Ordinal);
        Assert.Contains(message, verdict.Message, StringComparison.Ordinal);
        Assert.Equal(new LogSource("default", "new-pod", "main"), verdict.Log);
    }

    [Fact]
    public void Judge_OfBrokenPodOfAnOlderRevision_Waits()
    {
        var rollout = Running(Pod("old", """{"containerStatuses":[{"name":"main","state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}"""));

        Assert.False(rollout.Judge().IsHopeless);
    }

    [Fact]
    public void Judge_OfUnschedulablePod_IsHopelessOnlyIfItLasts()
    {
        var verdict = Running(Pod("new", """{"conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes are available: 3 Insufficient cpu."}]}""")).Judge();

        Assert.True(verdict.IsHopeless);
        Assert.True(verdict.Grace > TimeSpan.Zero);
        Assert.Contains("Insufficient cpu", verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_AfterProgressDeadline_IsHopeless()
    {
        var rollout = new Rollout(Path, Deployment(status: """{"observedGeneration":1,"conditions":[{"type":"Progressing","status":"False","reason":"ProgressDeadlineExceeded","message":"too slow"}]}"""));

        Assert.True(rollout.Judge().IsHopeless);
    }

    [Fact]
    public void Judge_OfDeletedDeployment_IsHopeless()
    {
        var rollout = new Rollout(Path, Deployment());
        rollout.Apply(new KubeEvent("DELETED", Deployment()));

        Assert.True(rollout.Judge().IsHopeless);
    }

    [Fact]
    public void Judge_WhilePodsStart_SaysHowManyAndWhatTheyDo()
    {
        var rollout = Running(Pod("new", """{"phase":"Pending","containerStatuses":[{"name":"main","state":{"waiting":{"reason":"ContainerCreating"}}}]}"""));

        Assert.Equal("0 of 1 pods ready; pod new-pod: ContainerCreating", rollout.Judge().Message);
    }

    [Fact]
    public void Judge_WhilePodsStart_SaysWhatTheClusterReportsOfThem()
    {
        var rollout = Running(Pod("new", """{"phase":"Pending","containerStatuses":[{"name":"main","state":{"waiting":{"reason":"ContainerCreating"}}}]}"""));
        rollout.Apply(new KubeEvent("ADDED", Parse("""{"kind":"Event","metadata":{"name":"a"},"lastTimestamp":"2026-01-01T00:00:01Z","reason":"Scheduled","message":"done","involvedObject":{"uid":"new-uid"}}""")));
        rollout.Apply(new KubeEvent("ADDED", Parse("""{"kind":"Event","metadata":{"name":"b"},"lastTimestamp":"2026-01-01T00:00:02Z","reason":"Pulling","message":"Pulling image \"web:1\"","involvedObject":{"uid":"new-uid"}}""")));

        Assert.Equal("0 of 1 pods ready; pod new-pod: ContainerCreating (Pulling: Pulling image \"web:1\")", rollout.Judge().Message);
    }

    [Fact]
    public void Judge_OfPodsThatAQuotaForbids_IsHopelessWithTheReason()
    {
        var rollout = new Rollout(Path, Deployment(status: """{"observedGeneration":1,"conditions":[{"type":"ReplicaFailure","status":"True","reason":"FailedCreate","message":"exceeded quota: small"}]}"""));

        var verdict = rollout.Judge();

        Assert.True(verdict.IsHopeless);
        Assert.Contains("exceeded quota: small", verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Judge_OfRunningPodThatIsNotReady_NamesItsLog()
    {
        var rollout = Running(Pod("new", """{"phase":"Running","containerStatuses":[{"name":"main","ready":false,"state":{"running":{}}}]}"""));

        Assert.Equal(new LogSource("default", "new-pod", "main"), rollout.Judge().Log);
    }

    [Fact]
    public void Judge_OfPausedDeployment_IsReady()
    {
        var deployment = Deployment(status: """{"observedGeneration":1}""");
        deployment["spec"]!["paused"] = true;

        Assert.True(new Rollout(Path, deployment).Judge().IsReady);
    }

    [Fact]
    public void Judge_WithoutProgressDeadline_GoesByTheCounts()
    {
        var deployment = Deployment(status: $$"""{"observedGeneration":1,"replicas":1,"updatedReplicas":1,"availableReplicas":1,"conditions":[{{Available}}]}""");
        deployment["spec"]!["progressDeadlineSeconds"] = (long)int.MaxValue;

        Assert.True(new Rollout(Path, deployment).Judge().IsReady);
    }

    private static Rollout Running(JsonObject pod)
    {
        var rollout = new Rollout(Path, Deployment(status: """{"observedGeneration":1}"""));
        rollout.Apply(new KubeEvent("ADDED", Parse("""
            {"kind":"ReplicaSet","metadata":{"name":"web-new","annotations":{"deployment.kubernetes.io/revision":"2"},"labels":{"pod-template-hash":"new"},"ownerReferences":[{"uid":"u"}]}}
            """)));
        rollout.Apply(new KubeEvent("ADDED", pod));
        return rollout;
    }

    private static JsonObject Deployment(int generation = 1, int replicas = 1, string status = "{}") => Parse($$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","uid":"u","generation":{{{generation}}},"annotations":{"deployment.kubernetes.io/revision":"2"}},
         "spec":{"replicas":{{{replicas}}}},"status":{{{status}}}}
        """);

    private static JsonObject Pod(string hash, string status) => Parse($$$"""
        {"kind":"Pod","metadata":{"name":"{{{hash}}}-pod","uid":"{{{hash}}}-uid","namespace":"default","labels":{"pod-template-hash":"{{{hash}}}"}},"status":{{{status}}}}
        """);

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
