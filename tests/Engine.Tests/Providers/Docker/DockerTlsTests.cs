using Scalelab.Engine.Properties;
using Scalelab.Engine.Tests.Support;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Providers.Docker;

/// <summary>A Docker engine that is reached by TLS.</summary>
[Collection(nameof(DockerMachine))]
public sealed class DockerTlsTests(DockerMachine machine) : IAsyncLifetime
{
    private readonly TestStack _stack = new();
    private readonly TestFolder _certificates = new();
    private TlsFront? _front;

    public async ValueTask InitializeAsync()
    {
        await machine.StartAsync();
        _front = new TlsFront(machine.Daemon.Host["unix://".Length..], _certificates.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _front!.DisposeAsync();
        _certificates.Dispose();
        _stack.Dispose();
    }

    [Fact]
    public async Task Up_WithTheCertificatesOfAFolder_ReachesTheEngine()
    {
        var errors = await UpAsync(("DOCKER_CERT_PATH", _certificates.Path));

        Assert.True(errors.Length == 0, errors);
        Assert.True((await _stack.DestroyAsync()).Succeeded);
    }

    [Fact]
    public async Task Up_WithCertificatesAsTexts_ReachesTheEngine()
    {
        var errors = await UpAsync(("DOCKER_CA_MATERIAL", Read("ca.pem")), ("DOCKER_CERT_MATERIAL", Read("cert.pem")), ("DOCKER_KEY_MATERIAL", Read("key.pem")));

        Assert.True(errors.Length == 0, errors);
        Assert.True((await _stack.DestroyAsync()).Succeeded);
    }

    [Fact]
    public async Task Up_OfAnEngineOfAnotherAuthority_IsRefused()
    {
        using var others = new TestFolder();
        await using (new TlsFront(machine.Daemon.Host, others.Path))
        {
            Assert.Contains("No Docker engine answers at ", await UpAsync(("DOCKER_CERT_PATH", others.Path)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Up_WithCertificatesThatAreNone_SaysWhatToCorrect() =>
        Assert.Contains("Correct 'certPath'", await UpAsync(("DOCKER_CERT_PATH", "/nowhere")), StringComparison.Ordinal);

    private string Read(string file) => File.ReadAllText(Path.Combine(_certificates.Path, file));

    private async Task<string> UpAsync(params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>(machine.Environment) { ["DOCKER_HOST"] = _front!.Host };
        foreach (var (name, value) in settings)
        {
            environment[name] = value;
        }

        _stack.Environment = environment;
        await _stack.UpAsync(async program =>
        {
            await program.StackAsync();
            await program.RegisterAsync("box", Map(("image", "base:1"), ("command", new ListValue(["/bin/sh"])), ("start", false), ("networkMode", "host")), "docker:index/container:Container");
        });
        return string.Join('\n', _stack.Events.Errors);
    }
}
