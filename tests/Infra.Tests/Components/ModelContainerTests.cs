using Pulumi.Utilities;

namespace Scalelab.Infra.Tests.Components;

/// <summary>The exercise <c>docker</c>: an image and a container, and no cluster.</summary>
public sealed class ModelContainerTests : IDisposable
{
    private const string ImageType = "docker:index/image:Image";
    private const string ContainerType = "docker:index/container:Container";

    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Up_Container_RunsTheImageByDigestBehindItsPort()
    {
        var deploy = await Deploy.RunAsync(_project, Deploy.Container(_project), stack: "docker");

        var inputs = deploy.Single(ContainerType).Inputs;
        Assert.Equal($"node-0:5000/ml-app@{RecordingMocks.Digest}", inputs.At("image"));
        Assert.Equal((5000.0, 32001.0), (inputs.At("ports.0.internal"), inputs.At("ports.0.external")));
        Assert.Equal("http://192.0.2.7:32001/", await OutputUtilities.GetValueAsync(deploy.Stack.Url));
        Assert.Equal("ml-app", inputs.At("name"));
        Assert.Null(await OutputUtilities.GetValueAsync(deploy.Stack.Namespace));
    }

    [Fact]
    public async Task Up_Container_DeclaresNothingOnAnyCluster()
    {
        var settings = Deploy.Container(_project);
        settings.Remove("scalelab:kubeconfig");

        var deploy = await Deploy.RunAsync(_project, settings, stack: "docker");

        Assert.Equal([ContainerType, ImageType], deploy.Mocks.Resources.Select(resource => resource.Type).Where(type => type is not null && !type.StartsWith("scalelab:", StringComparison.Ordinal) && !type.StartsWith("pulumi:", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Up_Container_IsBuiltByDockerOnTheImagesThatTheStackNames()
    {
        var settings = Deploy.Container(_project);
        settings["scalelab:baseImage"] = "node-0:5000/empty:1";
        settings["scalelab:container"] = """{"port":32001,"baseImage":"node-0:5000/aspnet:10.0","sdkImage":"node-0:5000/sdk:10.0"}""";

        var inputs = (await Deploy.RunAsync(_project, settings, stack: "docker")).Single(ImageType).Inputs;

        Assert.Equal(("node-0:5000/aspnet:10.0", "node-0:5000/sdk:10.0"), (inputs.At("build.args.BASE"), inputs.At("build.args.SDK")));
        Assert.Equal("app/ModelServer/Models/food11-demo", inputs.At("build.args.MODEL"));
    }

    [Fact]
    public async Task Up_TypeToken_IsTheOneThatDeployedStacksHold()
    {
        var deploy = await Deploy.RunAsync(_project, Deploy.Container(_project), stack: "docker");

        Assert.Contains("scalelab:serving:ModelContainer", deploy.Resources.Select(resource => resource.GetResourceType()));
    }

    [Theory]
    [InlineData("scalelab:container", """{"port":0}""", "scalelab:container.port is \"0\": it must be a whole number from 1 to 65535.")]
    [InlineData("scalelab:container", """{"prt":32001,"port":1}""", "scalelab:container.prt is not a key that the program knows: write port instead, or remove it.")]
    [InlineData("scalelab:service", """{"type":"NodePort","port":6000,"nodePort":32000}""", "it must be left out, because scalelab:container runs on a Docker engine, not on a cluster.")]
    public async Task Up_BadConfiguration_NamesFileKeyValueAndRule(string key, string value, string error)
    {
        var settings = Deploy.Container(_project);
        settings[key] = value;

        var refusal = await Assert.ThrowsAnyAsync<Exception>(() => Deploy.RunAsync(_project, settings, stack: "docker"));

        Assert.Contains("stacks/Pulumi.docker.yaml: ", refusal.ToString(), StringComparison.Ordinal);
        Assert.Contains(error, refusal.ToString(), StringComparison.Ordinal);
    }
}
