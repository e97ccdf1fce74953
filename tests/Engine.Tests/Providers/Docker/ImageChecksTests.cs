using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Providers.Docker;

/// <summary>What an image's declaration comes to without any Docker engine.</summary>
public sealed class ImageChecksTests : IDisposable
{
    private const string Type = "docker:index/image:Image";

    // A machine without Docker, whatever the machine has.
    private readonly TestStack _stack = new() { Environment = new Dictionary<string, string> { ["DOCKER_HOST"] = "unix:///nowhere/docker.sock", ["DOCKER_CONFIG"] = "/nowhere" } };

    public ImageChecksTests()
    {
        Directory.CreateDirectory(Path.Combine(_stack.Folder, "app"));
        File.WriteAllText(Path.Combine(_stack.Folder, "app/Dockerfile"), "FROM scratch\n");
    }

    public void Dispose() => _stack.Dispose();

    [Fact]
    public async Task Preview_NewImage_NeedsNoDockerEngine()
    {
        await _stack.PreviewAsync(Program(("imageName", "node-0:5000/app:v1"), ("build", Map(("context", "app")))));

        Assert.Empty(_stack.Events.Errors);
        Assert.Equal(["Create lab-dev", "Create image"], _stack.Events.Steps);
    }

    [Fact]
    public async Task Up_NoEngineAnswers_SaysWhereAndWhatToDo()
    {
        await _stack.UpAsync(Program(("imageName", "node-0:5000/app:v1"), ("build", Map(("context", "app")))));

        var error = Assert.Single(_stack.Events.Errors);
        Assert.Contains("No Docker engine answers at unix:///nowhere/docker.sock (DOCKER_HOST)", error, StringComparison.Ordinal);
        Assert.Contains("systemctl start docker", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("imageName", "app:v1", "names no registry to push to")]
    [InlineData("imageName", "Not A Name", "no image's name")]
    [InlineData("imagName", "x", "no such input")]
    public async Task Preview_WithMistake_SaysWhatToChange(string key, string value, string expected)
    {
        await _stack.PreviewAsync(Program([("build", Map(("context", "app"))), .. key == "imageName" ? Array.Empty<(string, PropertyValue)>() : [("imageName", "node-0:5000/app:v1")], (key, value)]));

        Assert.Contains(expected, Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dockerfile", "Dockerfile", "Write 'app/Dockerfile'")]
    [InlineData("dockerfile", "missing", "there is no file")]
    [InlineData("context", "https://example.com/app.git", "must be a folder of this machine")]
    [InlineData("builderVersion", "BuilderV3", "must be BuilderV1 or BuilderBuildKit")]
    public async Task Preview_WithMistakeInTheBuild_SaysWhatToChange(string key, string value, string expected)
    {
        await _stack.PreviewAsync(Program(("imageName", "node-0:5000/app:v1"), ("build", Map(("context", "app")).With(key, value))));

        Assert.Contains(expected, string.Join('\n', _stack.Events.Errors), StringComparison.Ordinal);
    }

    private static Func<ProgramClient, Task> Program(params (string, PropertyValue)[] inputs) => async program =>
    {
        await program.StackAsync();
        await program.RegisterAsync("image", Map(inputs), Type);
    };
}
