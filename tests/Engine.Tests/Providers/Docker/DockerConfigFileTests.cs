using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers;
using Scalelab.Engine.Providers.Docker;
using Scalelab.Engine.Providers.Docker.Registries;
using Scalelab.Engine.Tests.Support;

namespace Scalelab.Engine.Tests.Providers.Docker;

public sealed class DockerConfigFileTests : IDisposable
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Find_LoginInTheFile_IsDecoded()
    {
        // echo -n student:hunter2 | base64
        Write("""{"auths":{"https://node-0:5000/v1/":{"auth":"c3R1ZGVudDpodW50ZXIy"}}}""");

        var found = await Load().FindAsync("node-0:5000", Cancellation);

        Assert.Equal(("student", "hunter2", "node-0:5000"), (found!.Username, found.Password, found.ServerAddress));
        Assert.Null(await Load().FindAsync("node-1:5000", Cancellation));
    }

    [Fact]
    public async Task Find_NoFile_HoldsNothing() => Assert.Null(await Load().FindAsync("node-0:5000", Cancellation));

    [Fact]
    public async Task Find_CredentialHelper_IsAskedForTheServer()
    {
        WriteHelper("""read server; echo "{\"ServerURL\":\"$server\",\"Username\":\"for-$server\",\"Secret\":\"kept\"}" """);
        Write("""{"credHelpers":{"node-0:5000":"test"}}""");

        var found = await Load().FindAsync("node-0:5000", Cancellation);

        Assert.Equal(("for-node-0:5000", "kept"), (found!.Username, found.Password));
    }

    [Fact]
    public async Task Find_HelperWithAToken_GivesATokenAndNoPassword()
    {
        WriteHelper("""echo '{"Username":"<token>","Secret":"abc"}' """);
        Write("""{"credsStore":"test"}""");

        var found = await Load().FindAsync("ghcr.io", Cancellation);

        Assert.Equal(("abc", null), (found!.IdentityToken, found.Password));
    }

    [Fact]
    public async Task Find_HelperThatHasNone_IsNoError()
    {
        WriteHelper("echo credentials not found in native keychain; exit 1");
        Write("""{"credsStore":"test"}""");

        Assert.Null(await Load().FindAsync("ghcr.io", Cancellation));
    }

    [Fact]
    public async Task Find_HelperThatIsNotThere_SaysWhichAndWhoNamedIt()
    {
        Write("""{"credsStore":"missing"}""");

        var error = await Assert.ThrowsAsync<ProviderException>(() => Load().FindAsync("ghcr.io", Cancellation));

        Assert.Contains("docker-credential-missing", error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_BrokenFile_SaysWhichAndHowToMendIt()
    {
        Write("{");

        Assert.Contains("docker login", Assert.Throws<ProviderException>(Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForAsync_ProgramsCredentials_ComeBeforeTheMachines()
    {
        Write("""{"auths":{"node-0:5000":{"auth":"c3R1ZGVudDpodW50ZXIy"}}}""");
        var image = ImageName.Parse("node-0:5000/app:v1")!;

        var own = await new RegistryLogin(Load(), TestStack.Map(("username", "teacher"), ("password", "secret"))).ForAsync(image, Cancellation);
        var half = new RegistryLogin(Load(), TestStack.Map(("username", "teacher")));

        Assert.Equal("teacher", own.Username);
        Assert.Equal("student", (await half.ForAsync(image, Cancellation)).Username);
        Assert.Contains("no password", half.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Host_OfAContext_IsReadFromDockersOwnFiles()
    {
        Write("""{"currentContext":"lab"}""");
        _folder.File("contexts/meta/" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("lab"u8)) + "/meta.json", """{"Name":"lab","Endpoints":{"docker":{"Host":"tcp://10.0.0.1:2375"}}}""");

        Assert.Equal("tcp://10.0.0.1:2375/", Assert.Single(DockerHost.Find(PropertyMap.Empty, Context())).Address.AbsoluteUri);
    }

    [Theory]
    [InlineData("not an address", "no address of a Docker engine")]
    [InlineData("ssh://node-0", "over ssh")]
    public void Host_ThatCannotBeUsed_SaysWhy(string host, string expected) =>
        Assert.Contains(expected, Assert.Throws<ProviderException>(() => DockerHost.Find(TestStack.Map(("host", host)), Context())).Message, StringComparison.Ordinal);

    private DockerConfigFile Load() => DockerConfigFile.Load(Context());

    private ProviderContext Context() => new(
        TimeProvider.System,
        _folder.Path,
        new Dictionary<string, string> { ["DOCKER_CONFIG"] = _folder.Path, ["DOCKER_HOST"] = "", ["DOCKER_CONTEXT"] = "", ["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}" },
        new EventLog());

    private void Write(string json) => _folder.File("config.json", json);

    private void WriteHelper(string script)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The helper is a shell script.");
        var path = _folder.File("docker-credential-test", $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
