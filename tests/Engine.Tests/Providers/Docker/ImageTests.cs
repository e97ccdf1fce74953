using System.Net;
using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Providers.Docker;

/// <summary>Images built and pushed by a real Docker daemon.</summary>
[Collection(nameof(DockerMachine))]
public sealed class ImageTests(DockerMachine machine) : IAsyncLifetime
{
    private const string Type = "docker:index/image:Image";
    private const string Secret = "hunter2-hunter2";

    private readonly TestStack _stack = new();

    public async ValueTask InitializeAsync()
    {
        await machine.StartAsync();
        _stack.Environment = machine.Environment;
        File("app/Dockerfile", "FROM base:1\nARG WORD=none\nCOPY hello /hello\nRUN echo $WORD > /word; echo said $WORD\nCMD [\"/bin/sh\", \"-c\", \"cat /hello /word\"]\n");
        File("app/hello", "hello\n");
        File("app/.dockerignore", "notes\n");
    }

    public ValueTask DisposeAsync()
    {
        _stack.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("BuilderV1")]
    [InlineData("BuilderBuildKit")]
    public async Task Up_NewImage_IsBuiltPushedAndNamedByDigest(string builder)
    {
        var name = $"{machine.Registry.Host}/tests/{builder.ToLowerInvariant()}:v1";

        var outputs = await UpAsync(name, ("builderVersion", builder), ("args", Map(("WORD", builder))));

        var digest = outputs.FindText("repoDigest")!;
        Assert.Matches($"^{machine.Registry.Host}/tests/{builder.ToLowerInvariant()}@sha256:[0-9a-f]{{64}}$", digest);
        Assert.Equal((name, name, ""), (outputs.FindText("imageName"), outputs.FindText("baseImageName"), outputs.FindText("registryServer")));
        Assert.Equal($"hello\n{builder}", await RunImageAsync(digest));
        Assert.Contains(_stack.Events.All, told => told is Progress { Message: var line } && line.Contains("COPY hello /hello", StringComparison.Ordinal));
        Assert.Contains(_stack.Events.All, told => told is Progress { Message: var line } && line.Contains($"said {builder}", StringComparison.Ordinal));
        var manifest = await machine.Registry.SendAsync(HttpMethod.Head, $"/v2/tests/{builder.ToLowerInvariant()}/manifests/v1", null, ("Accept", Scalelab.Registry.Tests.TestRegistry.DockerManifest));
        Assert.Equal((HttpStatusCode.OK, digest.Split('@')[1]), (manifest.StatusCode, manifest.Headers.GetValues("Docker-Content-Digest").Single()));
    }

    [Fact]
    public async Task Up_UnchangedContext_BuildsNothing()
    {
        await UpAsync(Named("same"));
        File("app/notes", "ignored");

        await UpAsync(Named("same"));

        Assert.Equal(["Same lab-dev", "Same image"], _stack.Events.Steps);
    }

    [Fact]
    public async Task Up_ChangedFile_BuildsAnotherDigestUnderTheSameName()
    {
        var before = await UpAsync(Named("changed"));
        File("app/hello", "goodbye\n");

        var after = await UpAsync(Named("changed"));

        Assert.StartsWith("Update image: build.contextDigest", Assert.Single(_stack.Events.Changes), StringComparison.Ordinal);
        Assert.NotEqual(before.FindText("repoDigest"), after.FindText("repoDigest"));
        Assert.Equal("goodbye\nnone", await RunImageAsync(after.FindText("repoDigest")!));
    }

    [Theory]
    [InlineData("BuilderV1")]
    [InlineData("BuilderBuildKit")]
    public async Task Up_StepThatFails_ShowsItsLastLines(string builder)
    {
        File("app/Dockerfile", "FROM base:1\nRUN echo the reason; exit 7\n");

        await UpAsync(Named("broken"), ("builderVersion", builder));

        var error = Assert.Single(_stack.Events.Errors);
        Assert.Contains("7", error.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains("the reason", error, StringComparison.Ordinal);
        Assert.Empty(_stack.State.Resources.Where(resource => resource.Type == Type));
    }

    [Fact]
    public async Task Up_SkipPush_KeepsTheImageWithTheEngine()
    {
        var outputs = await UpAsync(program => Image(program, "local-only:v1", [("skipPush", true)]));

        Assert.Matches("^sha256:[0-9a-f]{64}$", outputs.FindText("repoDigest")!);
        Assert.Equal(outputs.FindText("repoDigest"), await machine.Daemon.RunAsync("image", "inspect", "--format", "{{.Id}}", "local-only:v1"));
    }

    [Fact]
    public async Task Up_DockerfileOutsideTheContext_IsNotPartOfTheImage()
    {
        File("other/Server.Dockerfile", "FROM base:1 AS first\nCOPY . /all\nFROM base:1 AS second\nRUN exit 1\n");

        var outputs = await UpAsync(Named("outside"), ("dockerfile", "other/Server.Dockerfile"), ("target", "first"), ("builderVersion", "BuilderV1"));

        Assert.Equal("../other/Server.Dockerfile", outputs.FindText("dockerfile"));
        Assert.Equal("/all/Dockerfile /all/hello", await RunImageAsync(outputs.FindText("repoDigest")!, "/bin/sh", "-c", "echo /all/*"));
        Assert.Equal("/all/.[a-z]*", await RunImageAsync(outputs.FindText("repoDigest")!, "/bin/sh", "-c", "echo /all/.[a-z]*"));
    }

    [Fact]
    public async Task Up_SecretBuildArgument_IsNeitherShownNorStored()
    {
        var outputs = await UpAsync(Named("secret"), ("args", Map(("WORD", PropertyValue.Secret(Secret)))));

        Assert.NotNull(outputs.FindText("repoDigest"));
        Assert.Contains(_stack.Events.All, told => told is Progress { Message: var line } && line.Contains("said [secret]", StringComparison.Ordinal));
        Assert.DoesNotContain(_stack.Events.All, told => told.ToString()!.Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(Secret, await System.IO.File.ReadAllTextAsync(Directory.EnumerateFiles(_stack.StateFolder, "dev.json").Single(), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_RegistryThatIsNotThere_SaysThatThePushFailed()
    {
        await UpAsync("127.0.0.1:1/tests/nowhere:v1");

        Assert.Contains("'127.0.0.1:1/tests/nowhere:v1' cannot be pushed", Assert.Single(_stack.Events.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_RegistryThatAsksForALogin_TakesTheImagesOwn()
    {
        await using var registry = await GuardedRegistry.StartAsync();

        await UpAsync(program => Image(program, $"{registry.Host}/tests/own:v1", [("registry", Login(registry, GuardedRegistry.Password))]));

        Assert.Empty(_stack.Events.Errors);
        Assert.Equal(HttpStatusCode.OK, await registry.FindAsync("tests/own", "v1"));
    }

    [Fact]
    public async Task Up_RegistryThatAsksForALogin_TakesTheOneThatDockerKeeps()
    {
        await using var registry = await GuardedRegistry.StartAsync();
        var encoded = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{GuardedRegistry.User}:{GuardedRegistry.Password}"));
        File("docker/config.json", $$"""{ "auths": { "{{registry.Host}}": { "auth": "{{encoded}}" } } }""");
        _stack.Environment = new Dictionary<string, string>(machine.Environment) { ["DOCKER_CONFIG"] = Path.Combine(_stack.Folder, "docker") };

        await UpAsync($"{registry.Host}/tests/kept:v1");

        Assert.Empty(_stack.Events.Errors);
        Assert.Equal(HttpStatusCode.OK, await registry.FindAsync("tests/kept", "v1"));
    }

    [Fact]
    public async Task Up_RegistryThatRefusesTheLogin_SaysSoWithoutThePassword()
    {
        await using var registry = await GuardedRegistry.StartAsync();

        await UpAsync(program => Image(program, $"{registry.Host}/tests/refused:v1", [("registry", Login(registry, "wrong-password"))]));

        var error = Assert.Single(_stack.Events.Errors);
        Assert.Contains("/tests/refused:v1' cannot be pushed", error, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-password", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_BuildOnPreview_BuildsAndDoesNotPush()
    {
        await _stack.PreviewAsync(async program =>
        {
            await program.StackAsync();
            await Image(program, Named("previewed"), [("buildOnPreview", true)]);
        });

        Assert.NotEmpty(await machine.Daemon.RunAsync("image", "inspect", "--format", "{{.Id}}", Named("previewed")));
        Assert.Equal(HttpStatusCode.NotFound, (await machine.Registry.SendAsync(HttpMethod.Get, "/v2/tests/previewed/manifests/v1")).StatusCode);
    }

    private static async Task<PropertyMap> Image(ProgramClient program, string name, (string, PropertyValue)[] inputs, (string, PropertyValue)[]? build = null)
    {
        // Steps run in the host's network: not every machine lets a daemon have one of its own.
        var builds = Map([("context", "app"), ("network", "host"), .. build ?? []]);
        return ProgramClient.Read((await program.RegisterAsync("image", Map([("imageName", name), ("build", builds), .. inputs]), Type)).Object);
    }

    private static PropertyMap Login(GuardedRegistry registry, string password) =>
        Map(("server", registry.Host), ("username", GuardedRegistry.User), ("password", PropertyValue.Secret(password)));

    private string Named(string name) => $"{machine.Registry.Host}/tests/{name}:v1";

    private Task<PropertyMap> UpAsync(string name, params (string, PropertyValue)[] build) => UpAsync(program => Image(program, name, [], build));

    private async Task<PropertyMap> UpAsync(Func<ProgramClient, Task<PropertyMap>> declare)
    {
        var outputs = PropertyMap.Empty;
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            outputs = await declare(program);
        });
        return outputs;
    }

    private Task<string> RunImageAsync(string image, params string[] command) => machine.Daemon.RunAsync(["run", "--rm", "--network", "host", image, .. command]);

    private void File(string path, string text)
    {
        var file = Path.Combine(_stack.Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        System.IO.File.WriteAllText(file, text);
    }
}
