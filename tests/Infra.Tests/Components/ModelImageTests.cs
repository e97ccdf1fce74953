using Pulumi;
using Pulumi.Utilities;

namespace Scalelab.Infra.Tests.Components;

public sealed class ModelImageTests : IDisposable
{
    private const string CommandType = "command:local:Command";
    private const string DockerType = "docker:index/image:Image";

    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task Dotnet_Registry_IsGivenToThePublishThroughItsEnvironment()
    {
        var environment = (await DeployAsync()).Single(CommandType).Inputs;

        Assert.Equal("node-0:5000", environment.At("environment.ContainerRegistry"));
        Assert.Equal("ml-app", environment.At("environment.ContainerRepository"));
        Assert.Equal("Models/food11-demo", environment.At("environment.ModelFolder"));
        Assert.Null(environment.At("environment.ContainerBaseImage"));
    }

    [Fact]
    public async Task Dotnet_RegistryWithPath_PutsThePathBeforeTheName()
    {
        var inputs = (await DeployAsync(("scalelab:registry", "ghcr.io/my-course"))).Single(CommandType).Inputs;

        Assert.Equal("ghcr.io", inputs.At("environment.ContainerRegistry"));
        Assert.Equal("my-course/ml-app", inputs.At("environment.ContainerRepository"));
    }

    [Fact]
    public async Task Dotnet_RegistryWithPort_MayBePlainHttp() =>
        Assert.Equal("node-0:5000", (await DeployAsync()).Single(CommandType).Inputs.At("environment.DOTNET_CONTAINER_INSECURE_REGISTRIES"));

    [Fact]
    public async Task Dotnet_HostedRegistry_IsNeverSpokenToWithoutTls() =>
        Assert.Null((await DeployAsync(("scalelab:registry", "ghcr.io"))).Single(CommandType).Inputs.At("environment.DOTNET_CONTAINER_INSECURE_REGISTRIES"));

    [Fact]
    public async Task Dotnet_BaseImage_IsBuiltOn() =>
        Assert.Equal(
            "node-0:5000/base:1",
            (await DeployAsync(("scalelab:baseImage", "node-0:5000/base:1"))).Single(CommandType).Inputs.At("environment.ContainerBaseImage"));

    [Fact]
    public async Task Dotnet_Inputs_NameNoPlaceOnThisMachine()
    {
        var inputs = (await DeployAsync()).Single(CommandType).Inputs;

        Assert.DoesNotContain(_project.Root, System.Text.Json.JsonSerializer.Serialize(inputs), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dotnet_SameSources_DoNotTriggerAnotherBuild() => Assert.Equal(await TriggerAsync(), await TriggerAsync());

    [Theory]
    [InlineData("app/ModelServer/Server.cs")]
    [InlineData("app/ModelServer/Models/food11-demo/model.onnx")]
    [InlineData("Directory.Packages.props")]
    public async Task Dotnet_ChangedSource_TriggersABuild(string path)
    {
        var before = await TriggerAsync();

        _project.Write(path, "changed");

        Assert.NotEqual(before, await TriggerAsync());
    }

    [Fact]
    public async Task Dotnet_ModelOutsideTheApp_IsBakedInAndWatched()
    {
        _project.Write("my-model/model.onnx", "weights");
        _project.Write("my-model/model.json", "{}");
        var before = await DeployAsync(("scalelab:model", "my-model"));
        Assert.Equal("../../my-model", before.Single(CommandType).Inputs.At("environment.ModelFolder"));

        _project.Write("my-model/model.onnx", "better weights");

        var after = await DeployAsync(("scalelab:model", "my-model"));
        Assert.NotEqual(before.Single(CommandType).Inputs.At("triggers.0"), after.Single(CommandType).Inputs.At("triggers.0"));
    }

    [Fact]
    public async Task Docker_Image_IsBuiltFromTheDockerfileForTheTestbed()
    {
        var inputs = (await DeployAsync(("scalelab:imageBuilder", "docker"))).Single(DockerType).Inputs;

        Assert.Matches("^node-0:5000/ml-app:[0-9a-f]{15}$", (string)inputs.At("imageName")!);
        Assert.Equal("../app/ModelServer/Dockerfile", inputs.At("build.dockerfile"));
        Assert.Equal("linux/amd64", inputs.At("build.platform"));
        Assert.Equal("app/ModelServer/Models/food11-demo", inputs.At("build.args.MODEL"));
    }

    [Fact]
    public async Task Docker_Reference_HasTheDigestAndNoTag()
    {
        var deploy = await DeployAsync(("scalelab:imageBuilder", "docker"));

        Assert.Equal($"node-0:5000/ml-app@{RecordingMocks.Digest}", await OutputUtilities.GetValueAsync(deploy.Stack.Image));
    }

    [Fact]
    public void Digest_BuilderThatGivesNone_IsReportedWithWhatItGave()
    {
        var error = Assert.Throws<RunException>(() => Infra.Components.ImageDigest.In("node-0:5000/ml-app:latest"));

        Assert.Contains("\"node-0:5000/ml-app:latest\"", error.Message, StringComparison.Ordinal);
    }

    private async Task<object?> TriggerAsync() => (await DeployAsync()).Single(CommandType).Inputs.At("triggers.0");

    private Task<Deploy> DeployAsync(params (string Key, string Value)[] changes)
    {
        var settings = Deploy.Settings(_project);
        foreach (var (key, value) in changes)
        {
            settings[key] = value;
        }

        return Deploy.RunAsync(_project, settings);
    }
}
