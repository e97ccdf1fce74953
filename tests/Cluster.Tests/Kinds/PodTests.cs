using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Kinds;

namespace Scalelab.Cluster.Tests.Kinds;

public sealed class PodTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Create_OfMinimalPod_FillsInTheDefaults()
    {
        var (pod, errors) = KindPipeline.Create("pods", """{"metadata":{"name":"p","namespace":"n"},"spec":{"containers":[{"name":"main","image":"busybox:1.35","ports":[{"containerPort":80}],"livenessProbe":{"httpGet":{"port":80}}}]}}""");
        Assert.False(errors.Any);
        Json.Equal(
            Json.Object("""
            {"containers":[{"name":"main","image":"busybox:1.35","imagePullPolicy":"IfNotPresent","resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",
            "ports":[{"containerPort":80,"protocol":"TCP"}],"livenessProbe":{"httpGet":{"path":"/","port":80,"scheme":"HTTP"},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}}],
            "restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","securityContext":{},"schedulerName":"default-scheduler","enableServiceLinks":true,
            "serviceAccountName":"default","serviceAccount":"default","priority":0,"preemptionPolicy":"PreemptLowerPriority",
            "tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}]}
            """),
            pod["spec"]);
        Json.Equal(Json.Object("""{"phase":"Pending","qosClass":"BestEffort"}"""), pod["status"]);
    }

    [Theory]
    [InlineData("busybox", "Always")]
    [InlineData("busybox:latest", "Always")]
    [InlineData("localhost:5000/busybox", "Always")]
    [InlineData("localhost:5000/busybox:1", "IfNotPresent")]
    [InlineData("busybox@sha256:0000000000000000000000000000000000000000000000000000000000000000", "IfNotPresent")]
    public void Create_OfImage_ChoosesThePullPolicy(string image, string policy)
    {
        var (pod, _) = KindPipeline.Create("pods", $$$"""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"main","image":"{{{image}}}"}]}}""");
        Assert.Equal(policy, (string?)Recordings.At(pod, "/spec/containers/0/imagePullPolicy"));
    }

    [Theory]
    [InlineData("""{}""", "BestEffort")]
    [InlineData("""{"requests":{"cpu":"1"}}""", "Burstable")]
    [InlineData("""{"limits":{"cpu":"1","memory":"1Gi"}}""", "Guaranteed")]
    [InlineData("""{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m","memory":"1Gi"}}""", "Burstable")]
    public void Create_OfResources_SettlesTheClassOfService(string resources, string quality)
    {
        var (pod, _) = KindPipeline.Create("pods", $$$"""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"main","image":"x","resources":{{{resources}}}}]}}""");
        Assert.Equal(quality, (string?)pod["status"]!["qosClass"]);
    }

    [Theory]
    [InlineData("""{"containers":[]}""", "spec.containers: Required value")]
    [InlineData("""{"containers":[{"name":"A_b"}]}""", "spec.containers[0].name: Invalid value: \"A_b\": a lowercase RFC 1123 label must consist of")]
    [InlineData("""{"containers":[{"name":"a"}]}""", "spec.containers[0].image: Required value")]
    [InlineData("""{"containers":[{"name":"a","image":"x"},{"name":"a","image":"y"}]}""", "spec.containers[1].name: Duplicate value: \"a\"")]
    [InlineData("""{"containers":[{"name":"a","image":"x","ports":[{"containerPort":70000}]}]}""", "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData("""{"containers":[{"name":"a","image":"x","livenessProbe":{"periodSeconds":5}}]}""", "spec.containers[0].livenessProbe: Required value: must specify a handler type")]
    [InlineData("""{"containers":[{"name":"a","image":"x","livenessProbe":{"tcpSocket":{"port":1},"successThreshold":2}}]}""", "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1")]
    [InlineData("""{"containers":[{"name":"a","image":"x","resources":{"requests":{"cpu":"2"},"limits":{"cpu":"1"}}}]}""", "spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1")]
    [InlineData("""{"containers":[{"name":"a","image":"x","volumeMounts":[{"name":"v","mountPath":"/x"}]}]}""", "spec.containers[0].volumeMounts[0].name: Not found: \"v\"")]
    [InlineData("""{"containers":[{"name":"a","image":"x"}],"volumes":[{"name":"v","emptyDir":{},"hostPath":{"path":"/x"}}]}""", "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type")]
    [InlineData("""{"containers":[{"name":"a","image":"x"}],"restartPolicy":"No"}""", "spec.restartPolicy: Unsupported value: \"No\": supported values: \"Always\", \"OnFailure\", \"Never\"")]
    [InlineData("""{"containers":[{"name":"a","image":"x"}],"tolerations":[{"effect":"NoExecute"}]}""", "spec.tolerations[0].operator: Invalid value: \"\": operator must be Exists when `key` is empty")]
    public void Validate_OfBadSpec_NamesTheFieldAndTheRule(string spec, string problem)
    {
        var (_, errors) = KindPipeline.Create("pods", $$$"""{"metadata":{"name":"p"},"spec":{{{spec}}}}""");
        Assert.StartsWith(problem, errors.Causes.Select(cause => $"{cause.Field}: {cause.Message}").FirstOrDefault(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"spec":{"containers":[{"name":"main","image":"busybox:2"}]}}""", false)]
    [InlineData("""{"metadata":{"labels":{"a":"b"}}}""", false)]
    [InlineData("""{"spec":{"containers":[{"name":"main","image":"busybox:1.35","command":["x"]}]}}""", true)]
    [InlineData("""{"spec":{"nodeName":"node-1"}}""", true)]
    [InlineData("""{"spec":{"tolerations":[]}}""", true)]
    public void Validate_OfUpdate_AllowsLittleMoreThanTheImage(string patch, bool forbidden)
    {
        var definition = KindPipeline.Definition("pods");
        var (pod, _) = KindPipeline.Create("pods", """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"main","image":"busybox:1.35"}]}}""");
        var (_, errors) = KindPipeline.Update(definition, pod, patch);
        Assert.Equal(forbidden, errors.Causes.Any(cause => cause.Reason == "FieldValueForbidden"));
    }

    [Theory]
    [InlineData("Pending", "0/1", "0", """{"phase":"Pending"}""")]
    [InlineData("ImagePullBackOff", "0/1", "0", """{"phase":"Pending","containerStatuses":[{"name":"main","state":{"waiting":{"reason":"ImagePullBackOff"}}}]}""")]
    [InlineData("Running", "1/1", "3 (60m ago)", """{"phase":"Running","containerStatuses":[{"name":"main","ready":true,"restartCount":3,"state":{"running":{}},"lastState":{"terminated":{"finishedAt":"2026-11-23T01:00:00Z"}}}]}""")]
    [InlineData("CrashLoopBackOff", "0/1", "2", """{"phase":"Running","containerStatuses":[{"name":"main","restartCount":2,"state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}""")]
    [InlineData("Completed", "0/1", "0", """{"phase":"Succeeded","containerStatuses":[{"name":"main","state":{"terminated":{"exitCode":0,"reason":"Completed"}}}]}""")]
    [InlineData("ExitCode:3", "0/1", "0", """{"phase":"Failed","containerStatuses":[{"name":"main","state":{"terminated":{"exitCode":3}}}]}""")]
    [InlineData("Init:0/1", "0/1", "0", """{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"running":{}}}]}""")]
    [InlineData("Init:Error", "0/1", "0", """{"phase":"Pending","initContainerStatuses":[{"name":"i","state":{"terminated":{"exitCode":1,"reason":"Error"}}}]}""")]
    [InlineData("Evicted", "0/1", "0", """{"phase":"Failed","reason":"Evicted"}""")]
    public void Columns_OfStatus_TellWhatGoesOn(string status, string ready, string restarts, string given)
    {
        var pod = Json.Object($$$"""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"main"}],"initContainers":[{"name":"i"}]},"status":{{{given}}}}""");
        var cells = KindPipeline.Cells(KindPipeline.Definition("pods"), pod, Now);
        Assert.Equal((status, ready, restarts), (cells["Status"], cells["Ready"], cells["Restarts"]));
    }

    [Fact]
    public void Columns_OfDeletedPod_SayTerminating()
    {
        var pod = Json.Object("""{"metadata":{"name":"p","deletionTimestamp":"2026-11-23T01:00:00Z"},"spec":{"containers":[{"name":"main"}]},"status":{"phase":"Running"}}""");
        Assert.Equal("Terminating", KindPipeline.Cells(KindPipeline.Definition("pods"), pod, Now)["Status"]);
    }

    [Fact]
    public void GracePeriod_OfPodWithoutNode_IsNone()
    {
        var grace = KindPipeline.Definition("pods").GracePeriod!;
        var bound = Json.Object("""{"spec":{"nodeName":"n","terminationGracePeriodSeconds":30},"status":{"phase":"Running"}}""");
        Assert.Equal(0, grace(new JsonObject(), 30));
        Assert.Equal(30, grace(bound, null));
        Assert.Equal(5, grace(bound, 5));
        Assert.Equal(0, grace(Json.Object("""{"spec":{"nodeName":"n"},"status":{"phase":"Failed"}}"""), 30));
        Assert.NotNull(PodDefinition.Instance.Warn);
    }
}
