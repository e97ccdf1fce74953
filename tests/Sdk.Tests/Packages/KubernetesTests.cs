using Google.Protobuf.WellKnownTypes;
using Pulumi;
using Pulumi.Kubernetes.ApiExtensions;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Utilities;
using Pulumirpc;
using Scalelab.Sdk.Tests.Fakes;
using CustomResource = Pulumi.Kubernetes.ApiExtensions.CustomResource;
using Deployment = Pulumi.Deployment;

namespace Scalelab.Sdk.Tests.Packages;

[Collection(EnvironmentCollection.Name)]
public sealed class KubernetesTests
{
    [Fact]
    public async Task Deployment_OfTheExercises_IsSentAsKubernetesWritesIt()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() =>
        {
            var labels = new InputMap<string> { { "app", "model" } };
            _ = new Pulumi.Kubernetes.Apps.V1.Deployment("model", new DeploymentArgs
            {
                Metadata = new ObjectMetaArgs { Namespace = "default", Labels = labels },
                Spec = new DeploymentSpecArgs
                {
                    Replicas = 5,
                    Selector = new LabelSelectorArgs { MatchLabels = labels },
                    Template = new PodTemplateSpecArgs
                    {
                        Metadata = new ObjectMetaArgs { Labels = labels },
                        Spec = new PodSpecArgs
                        {
                            Containers = new ContainerArgs
                            {
                                Name = "model",
                                Image = "registry/model@sha256:1",
                                Ports = { new ContainerPortArgs { ContainerPortValue = 5000 } },
                                Resources = new ResourceRequirementsArgs { Requests = { { "cpu", "100m" } } },
                                ReadinessProbe = new ProbeArgs { HttpGet = new HTTPGetActionArgs { Path = "/readyz", Port = 5000 } },
                            },
                        },
                    },
                },
            });
        });

        var request = engine.Resource("model");
        Assert.Equal(("kubernetes:apps/v1:Deployment", "4.32.0"), (request.Type, request.Version));
        Wire.AssertJson(
            """
            {
              "apiVersion":"apps/v1",
              "kind":"Deployment",
              "metadata":{"labels":{"app":"model"},"namespace":"default"},
              "spec":{
                "replicas":5,
                "selector":{"matchLabels":{"app":"model"}},
                "template":{
                  "metadata":{"labels":{"app":"model"}},
                  "spec":{"containers":[{
                    "image":"registry/model@sha256:1",
                    "name":"model",
                    "ports":[{"containerPort":5000}],
                    "readinessProbe":{"httpGet":{"path":"/readyz","port":5000}},
                    "resources":{"requests":{"cpu":"100m"}}
                  }]}
                }
              }
            }
            """,
            request.Object);
    }

    [Fact]
    public async Task Service_TypeAndTargetPort_AreSentAsTheirValue()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() =>
        {
            _ = new Service("a", new ServiceArgs { Spec = new ServiceSpecArgs { Type = ServiceSpecType.NodePort } });
            _ = new Service("b", new ServiceArgs
            {
                Spec = new ServiceSpecArgs { Type = "LoadBalancer", Ports = new ServicePortArgs { Port = 80, TargetPort = "http" } },
            });
        });

        Wire.AssertJson("""{"type":"NodePort"}""", engine.Resource("a").Object.Fields["spec"].StructValue);
        Wire.AssertJson(
            """{"ports":[{"port":80,"targetPort":"http"}],"type":"LoadBalancer"}""", engine.Resource("b").Object.Fields["spec"].StructValue);
    }

    [Fact]
    public async Task Service_Answered_IsReadAsTypes()
    {
        await using var engine = await FakeEngine.StartAsync();
        engine.Answer = request => request.Name != "service" ? null : new RegisterResourceResponse
        {
            Urn = FakeEngine.UrnOf(request.Type, request.Name),
            Id = "default/service",
            Object = Struct.Parser.ParseJson("""
                {
                  "metadata":{"name":"service-1a2b","labels":{"app":"model"}},
                  "spec":{"ports":[{"port":80,"nodePort":32000,"targetPort":5000},{"port":443,"targetPort":"https"}]},
                  "status":{"loadBalancer":{"ingress":[{"ip":"127.97.0.1"}]}}
                }
                """),
        };
        var exitCode = await engine.RunAsync(() => Deployment.RunAsync(async () =>
        {
            var service = new Service("service");
            Assert.Equal("service-1a2b", await ValueOfAsync(service.Metadata.Apply(metadata => metadata.Name)));
            Assert.Equal("model", await ValueOfAsync(service.Metadata.Apply(metadata => metadata.Labels["app"])));
            Assert.Equal(32000, await ValueOfAsync(service.Spec.Apply(spec => spec.Ports[0].NodePort)));
            Assert.Equal(5000, await ValueOfAsync(service.Spec.Apply(spec => spec.Ports[0].TargetPort.AsT0)));
            Assert.Equal("https", await ValueOfAsync(service.Spec.Apply(spec => spec.Ports[1].TargetPort.AsT1)));
            Assert.Equal("127.97.0.1", await ValueOfAsync(service.Status.Apply(status => status.LoadBalancer.Ingress[0].Ip)));
        }));

        Assert.True(exitCode == 0, string.Join("\n", engine.Logs.Select(log => log.Message)));
    }

    [Fact]
    public async Task Secret_Data_IsSentAsSecret()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => _ = new Secret(
            "secret", new SecretArgs { StringData = new Dictionary<string, string> { ["key"] = "hush" } }));

        var request = engine.Resource("secret");
        Assert.Equal(
            "1b47061264138c4ac30d75fd1eb44270",
            request.Object.Fields["stringData"].StructValue.Fields["4dabf18193072939515e22adb298388d"].StringValue);
        Assert.Equal(["data", "stringData"], request.AdditionalSecretOutputs);
    }

    [Fact]
    public async Task CustomResource_Derived_HasItsKindAndNoVersion()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => _ = new InferenceService("red-wine", new InferenceServiceArgs { Spec = new PartArgs { Name = "n" } }));

        var request = engine.Resource("red-wine");
        Assert.Equal(("kubernetes:serving.kserve.io/v1beta1:InferenceService", ""), (request.Type, request.Version));
        Wire.AssertJson("""{"apiVersion":"serving.kserve.io/v1beta1","kind":"InferenceService","spec":{"name":"n"}}""", request.Object);
    }

    [Fact]
    public async Task Get_ExistingObject_ReadsItByNamespaceAndName()
    {
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => Service.Get("dns", "kube-system/kube-dns"));

        var read = Assert.Single(engine.Reads);
        Assert.Equal(("kubernetes:core/v1:Service", "kube-system/kube-dns", "4.32.0"), (read.Type, read.Id, read.Version));
    }

    [Fact]
    public async Task Provider_Settings_AreSentAsText()
    {
        using var environment = new EnvironmentScope(new Dictionary<string, string?> { ["KUBECONFIG"] = null });
        await using var engine = await FakeEngine.StartAsync();
        await engine.RunToSuccessAsync(() => _ = new Pulumi.Kubernetes.Provider(
            "cluster", new Pulumi.Kubernetes.ProviderArgs { KubeConfig = "/path", DeleteUnreachable = true }));

        var request = engine.Resource("cluster");
        Assert.Equal(("pulumi:providers:kubernetes", "4.32.0"), (request.Type, request.Version));
        Wire.AssertJson("""{"deleteUnreachable":"true","kubeconfig":"/path"}""", request.Object);
    }

    [Fact]
    public async Task Container_WithoutName_IsRefused()
    {
        await using var engine = await FakeEngine.StartAsync();
        var exitCode = await engine.RunAsync(() => Deployment.RunAsync(() =>
        {
            _ = new Pod("pod", new PodArgs { Spec = new PodSpecArgs { Containers = new ContainerArgs { Image = "image" } } });
        }));

        Assert.Equal(32, exitCode);
        Assert.Contains("ContainerArgs needs a value for 'Name'", Assert.Single(engine.Logs).Message, StringComparison.Ordinal);
    }

    private static Task<T> ValueOfAsync<T>(Output<T> output)
        => OutputUtilities.GetValueAsync(output);

    private sealed class InferenceService(string name, InferenceServiceArgs args) : CustomResource(name, args);

    private sealed class InferenceServiceArgs() : CustomResourceArgs("serving.kserve.io/v1beta1", "InferenceService")
    {
        [Input("spec")]
        public Input<PartArgs>? Spec { get; set; }
    }
}
