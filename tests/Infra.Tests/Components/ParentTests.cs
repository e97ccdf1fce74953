using Pulumi;
using Scalelab.Infra.Components;
using Scalelab.Infra.Settings;

namespace Scalelab.Infra.Tests.Components;

/// <summary>
/// Children belong to their component: they appear below it, and take over its provider and its transformations. The last is how one sees it
/// from outside, because mocks are not told of parents.
/// </summary>
public sealed class ParentTests : IDisposable
{
    private static readonly ResourceSettings Amounts = new(Amount("1"), Amount("1Gi"));

    private readonly TestProject _project = new();
    private readonly List<string> _seen = [];

    public void Dispose() => _project.Dispose();

    [Theory]
    [InlineData(nameof(ImageBuilder.Docker), "docker:index/image:Image")]
    [InlineData(nameof(ImageBuilder.Dotnet), "command:local:Command")]
    public async Task ModelImage_Build_IsItsChild(string builder, string type)
    {
        var settings = new ImageSettings(
            "node-0:5000", Enum.Parse<ImageBuilder>(builder), BaseImage: null, Path.Combine(_project.Root, "app/ModelServer/Models/food11-demo"));

        await Deploy.RunAsync(_project, new RecordingMocks(isPreview: false), () => _ = new ModelImage("model", settings, Watched()));

        Assert.Equal([ModelImage.Token, type], _seen);
    }

    [Fact]
    public async Task ModelDeployment_ServiceAndDeployment_AreItsChildren()
    {
        await Deploy.RunAsync(_project, new RecordingMocks(isPreview: false), () => _ = new ModelDeployment("model", Args(), Watched()));

        Assert.Equal([ModelDeployment.Token, "kubernetes:core/v1:Service", "kubernetes:apps/v1:Deployment"], _seen);
    }

    [Fact]
    public async Task Autoscaler_TheHorizontalPodAutoscaler_IsItsChild()
    {
        await Deploy.RunAsync(_project, new RecordingMocks(isPreview: false), () => _ = new Autoscaler("model", "pod", "ml-kube-app", new AutoscalerSettings(1, 5, 50), Watched()));

        Assert.Equal([Autoscaler.Token, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"], _seen);
    }

    private static ModelDeploymentArgs Args() => new()
    {
        Namespace = "pod",
        Image = "node-0:5000/ml-app",
        Target = new TargetSettings("kubeconfig", "node-0", HasLoadBalancer: false, DeleteUnreachable: true),
        Deployment = new DeploymentSettings(1, Amounts, Amounts),
        Service = new ServiceSettings(ServiceType.NodePort, 6000, 32000, "/"),
    };

    private static Quantity Amount(string text) => Quantity.TryParse(text, out var quantity) ? quantity : throw new ArgumentException(text, nameof(text));

    private ComponentResourceOptions Watched() => new()
    {
        ResourceTransformations =
        {
            args =>
            {
                _seen.Add(args.Resource.GetResourceType());
                return null;
            },
        },
    };
}
