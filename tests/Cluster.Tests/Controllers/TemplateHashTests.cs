using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Scalelab.Cluster.Controllers.Deployments;

namespace Scalelab.Cluster.Tests.Controllers;

public sealed class TemplateHashTests
{
    /// <summary>Needs the recordings in <c>../shared/kubernetes</c>.</summary>
    [Fact]
    public void Of_EveryRecordedTemplate_IsTheRecordedHash()
    {
        Assert.SkipWhen(Recordings.FolderPath is null, "needs the recordings in ../shared/kubernetes");
        var recorded = new Dictionary<string, string>();
        var computed = new Dictionary<string, string>();
        foreach (var line in new[] { "lifecycles", "hpa" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Recordings.FolderPath!, "..", folder), "*.jsonl")).SelectMany(File.ReadLines))
        {
            var entry = JsonNode.Parse(line)!;
            if ((string?)entry["kind"] == "ReplicaSet")
            {
                var template = KubernetesJson.Deserialize<V1PodTemplateSpec>(entry["object"]!["spec"]!["template"]!.ToJsonString());
                var name = (string)entry["object"]!["metadata"]!["name"]!;
                recorded[name] = template.Metadata.Labels[TemplateHash.Label];
                template.Metadata.Labels.Remove(TemplateHash.Label);
                computed[name] = TemplateHash.Of(template, null);
            }
        }

        Assert.NotEmpty(recorded);
        Assert.Equal(recorded, computed);
    }

    /// <summary>The hash of one of them, so that it is held where there are no recordings too.</summary>
    [Theory]
    [InlineData("busybox:1.35", null, "849f6d5c65")]
    [InlineData("example.test/none:1", null, "5694c79c98")]
    [InlineData("busybox:1.35", "64", "6ffc5b767c")]
    [InlineData("busybox:1.35", "10m", "f66cc66cb")]
    public void Of_ATemplate_IsThatOfKubeControllerManager(string image, string? cpu, string expected) => Assert.Equal(expected, TemplateHash.Of(Template(image, cpu), null));

    [Fact]
    public void Of_ATemplateWithACollision_IsAnother() => Assert.NotEqual(TemplateHash.Of(Template("a", null), null), TemplateHash.Of(Template("a", null), 0));

    [Theory]
    [InlineData("0", "value:(int64)0 scale:(resource.Scale)0", "0", "DecimalSI")]
    [InlineData("1500m", "value:(int64)1500 scale:(resource.Scale)-3", "1500m", "DecimalSI")]
    [InlineData("2k", "value:(int64)2 scale:(resource.Scale)3", "2k", "DecimalSI")]
    [InlineData("100Mi", "value:(int64)104857600 scale:(resource.Scale)0", "100Mi", "BinarySI")]
    [InlineData("128Mi", "value:(int64)134217728 scale:(resource.Scale)0", "", "BinarySI")]
    [InlineData("1e3", "value:(int64)1 scale:(resource.Scale)3", "1e3", "DecimalExponent")]
    [InlineData("2E", "value:(int64)2 scale:(resource.Scale)18", "2E", "DecimalSI")]
    public void Quantity_Printed_LooksAsGoKeepsIt(string text, string number, string kept, string format) =>
        Assert.Equal($"{{i:(resource.int64Amount){{{number}}} d:(resource.infDecAmount){{Dec:(*inf.Dec)<nil>}} s:(string){kept} Format:(resource.Format){format}}}", GoQuantity.Print(text));

    private static V1PodTemplateSpec Template(string image, string? cpu) => new()
    {
        Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = "web" } },
        Spec = new V1PodSpec
        {
            AutomountServiceAccountToken = false,
            DnsPolicy = "ClusterFirst",
            RestartPolicy = "Always",
            SchedulerName = "default-scheduler",
            SecurityContext = new V1PodSecurityContext(),
            TerminationGracePeriodSeconds = 1,
            Containers =
            [
                new V1Container
                {
                    Name = "main",
                    Image = image,
                    ImagePullPolicy = "IfNotPresent",
                    Command = ["tool", "serve", "8080"],
                    Ports = [new V1ContainerPort { ContainerPort = 8080, Protocol = "TCP" }],
                    Resources = cpu is null ? new V1ResourceRequirements() : new V1ResourceRequirements { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu) } },
                    TerminationMessagePath = "/dev/termination-log",
                    TerminationMessagePolicy = "File",
                    ReadinessProbe = new V1Probe
                    {
                        HttpGet = new V1HTTPGetAction { Path = "/", Port = 8080, Scheme = "HTTP" },
                        TimeoutSeconds = 1,
                        PeriodSeconds = 1,
                        SuccessThreshold = 1,
                        FailureThreshold = 3,
                    },
                },
            ],
        },
    };
}
