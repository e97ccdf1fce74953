using k8s.Models;
using Scalelab.Cluster.Node.Images;
using Scalelab.Cluster.Node.Pods;

namespace Scalelab.Cluster.Tests.Node.Pods;

public sealed class LaunchBuilderTests
{
    [Theory]
    [InlineData("/bin")]
    [InlineData("/bin:/sbin")]
    public void Build_ImageWithAPath_LooksForCommandsInTheImageFirst(string path)
    {
        using var image = new TempFolder();
        Directory.CreateDirectory($"{image.Path}/bin");
        var config = new OciRunConfig { Cmd = ["tool"], Env = [$"PATH={path}"] };
        var builder = new LaunchBuilder(new ContainerImage("tool:1", "tool@1", image.Path, config, 0), new V1Container { Name = "a" }, new Dictionary<string, string>());

        var launch = builder.Build(new Dictionary<string, string>(), new Dictionary<string, string>(), image.Path, $"{image.Path}/log");

        Assert.Equal($"{image.Path}/bin", launch.Environment["PATH"].Split(':')[0]);
    }
}
