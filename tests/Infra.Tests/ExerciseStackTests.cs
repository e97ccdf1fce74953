using System.Collections.Immutable;
using Pulumi.Utilities;

namespace Scalelab.Infra.Tests;

public sealed class ExerciseStackTests : IDisposable
{
    private const string DeploymentType = "kubernetes:apps/v1:Deployment";
    private const string ServiceType = "kubernetes:core/v1:Service";
    private const string AutoscalerType = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";

    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Up_NodePort_NamesUrlImageNamespaceAndServiceAsOutputs()
    {
        var deploy = await Deploy.RunAsync(_project, Deploy.Settings(_project));

        Assert.Equal("http://192.0.2.7:32000/", await OutputUtilities.GetValueAsync(deploy.Stack.Url));
        Assert.Equal($"node-0:5000/ml-app@{RecordingMocks.Digest}", await OutputUtilities.GetValueAsync(deploy.Stack.Image));
        Assert.Equal("pod", await OutputUtilities.GetValueAsync(deploy.Stack.Namespace));
        Assert.Equal("ml-kube-service", await OutputUtilities.GetValueAsync(deploy.Stack.Service));
    }

    [Fact]
    public async Task Up_ServiceWithPath_EndsTheUrlInIt()
    {
        var settings = Deploy.Settings(_project);
        settings["scalelab:service"] = """{"type":"NodePort","port":6000,"nodePort":32000,"path":"/hello"}""";

        var deploy = await Deploy.RunAsync(_project, settings);

        Assert.Equal("http://192.0.2.7:32000/hello", await OutputUtilities.GetValueAsync(deploy.Stack.Url));
    }

    [Fact]
    public async Task Up_LoadBalancer_PointsTheUrlAtItsAddress()
    {
        var settings = Deploy.Settings(_project);
        settings["scalelab:service"] = """{"type":"LoadBalancer","port":8080,"nodePort":32000}""";

        var deploy = await Deploy.RunAsync(_project, settings);

        Assert.Equal("LoadBalancer", deploy.Single(ServiceType).Inputs.At("spec.type"));
        Assert.Equal("http://203.0.113.9:8080/", await OutputUtilities.GetValueAsync(deploy.Stack.Url));
    }

    [Fact]
    public async Task Up_LoadBalancerOnClusterWithoutOne_FallsBackToTheNodePort()
    {
        var settings = Deploy.Settings(_project);
        settings["scalelab:service"] = """{"type":"LoadBalancer","port":8080,"nodePort":32000}""";
        settings["scalelab:loadBalancer"] = "false";

        var deploy = await Deploy.RunAsync(_project, settings);

        Assert.Equal("NodePort", deploy.Single(ServiceType).Inputs.At("spec.type"));
        Assert.Equal("http://192.0.2.7:32000/", await OutputUtilities.GetValueAsync(deploy.Stack.Url));
    }

    [Fact]
    public async Task Up_EveryKubernetesObject_LivesInTheNamespaceNamedAfterTheStack()
    {
        var deploy = await Deploy.RunAsync(_project, Deploy.Settings(_project), stack: "hello");

        Assert.Equal("hello", deploy.Single("kubernetes:core/v1:Namespace").Inputs.At("metadata.name"));
        Assert.Equal("hello", deploy.Single(DeploymentType).Inputs.At("metadata.namespace"));
        Assert.Equal("hello", deploy.Single(ServiceType).Inputs.At("metadata.namespace"));
    }

    [Fact]
    public async Task Up_EveryKubernetesObject_UsesTheNamedClusterAndNoOther()
    {
        var deploy = await Deploy.RunAsync(_project, Deploy.Settings(_project));

        var provider = deploy.Single("pulumi:providers:kubernetes");
        Assert.Equal(Path.Combine(_project.Root, "kubeconfig"), provider.Inputs.At("kubeconfig"));
        var objects = deploy.Mocks.Resources.Where(resource => resource.Type?.StartsWith("kubernetes:", StringComparison.Ordinal) == true).ToList();
        Assert.Equal(3, objects.Count);
        Assert.All(objects, resource => Assert.Contains("pulumi:providers:kubernetes::cluster", resource.Provider!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Up_UnreachableClustersCountAsDeleted_TellsTheProvider()
    {
        var deploy = await Deploy.RunAsync(_project, Deploy.Settings(_project));

        Assert.Contains(deploy.Single("pulumi:providers:kubernetes").Inputs.At("deleteUnreachable"), new object[] { true, "true" });
    }

    [Fact]
    public async Task Up_PodTemplate_NamesTheImageByDigestOnly()
    {
        var deploy = await Deploy.RunAsync(_project, Deploy.Settings(_project));

        Assert.Equal(
            $"node-0:5000/ml-app@{RecordingMocks.Digest}",
            deploy.Single(DeploymentType).Inputs.At("spec.template.spec.containers.0.image"));
    }

    [Fact]
    public async Task Up_WithAnAutoscaler_LeavesTheNumberOfReplicasToIt()
    {
        var deploy = await Deploy.RunAsync(_project, Deploy.Autoscaled(_project));

        var spec = Assert.IsType<ImmutableDictionary<string, object>>(deploy.Single(DeploymentType).Inputs.At("spec"));
        Assert.DoesNotContain("replicas", spec.Keys);
        var autoscaler = deploy.Single(AutoscalerType).Inputs;
        Assert.Equal(("apps/v1", "Deployment", "ml-kube-app"), (autoscaler.At("spec.scaleTargetRef.apiVersion"), autoscaler.At("spec.scaleTargetRef.kind"), autoscaler.At("spec.scaleTargetRef.name")));
        Assert.Equal((1.0, 5.0), (autoscaler.At("spec.minReplicas"), autoscaler.At("spec.maxReplicas")));
        Assert.Equal(("Resource", "cpu", "Utilization", 50.0), (
            autoscaler.At("spec.metrics.0.type"),
            autoscaler.At("spec.metrics.0.resource.name"),
            autoscaler.At("spec.metrics.0.resource.target.type"),
            autoscaler.At("spec.metrics.0.resource.target.averageUtilization")));
    }

    [Fact]
    public async Task Up_WithoutAnAutoscaler_DeclaresNone()
    {
        var deploy = await Deploy.RunAsync(_project, Deploy.Settings(_project));

        Assert.DoesNotContain(deploy.Mocks.Resources, resource => resource.Type == AutoscalerType);
        Assert.Equal(5.0, deploy.Single(DeploymentType).Inputs.At("spec.replicas"));
    }

    [Fact]
    public async Task Up_TypeTokens_AreTheOnesThatDeployedStacksHold()
    {
        var deploy = await Deploy.RunAsync(_project, Deploy.Autoscaled(_project));

        // Renaming one would delete and recreate what is deployed: add an alias to the component before changing this list.
        string[] frozen = ["scalelab:serving:Autoscaler", "scalelab:serving:ModelDeployment", "scalelab:serving:ModelImage"];
        var tokens = deploy.Resources.Select(resource => resource.GetResourceType()).Where(type => type.StartsWith("scalelab:", StringComparison.Ordinal));
        Assert.Equal(frozen, tokens.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Preview_ImageNotBuiltYet_DeclaresEverythingAndKnowsNoDigest()
    {
        var deploy = await Deploy.RunAsync(_project, Deploy.Settings(_project), isPreview: true);

        Assert.False(await OutputUtilities.GetIsKnownAsync(deploy.Stack.Image));
        Assert.NotNull(deploy.Single(DeploymentType));
    }
}
