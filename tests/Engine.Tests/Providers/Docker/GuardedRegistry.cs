using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Scalelab.Engine.Tests.Support;
using Scalelab.Registry.Tests.Clients;

namespace Scalelab.Engine.Tests.Providers.Docker;

/// <summary>A real registry that asks for a login, Debian's docker-registry. The test is skipped where there is none.</summary>
internal sealed class GuardedRegistry : IAsyncDisposable
{
    public const string User = "student";
    public const string Password = "hunter2-hunter2";

    private const string PasswordHash = "$2b$05$abcdefghijklmnopqrstuuM6LdIRFtSO2kPdsnQR8QqPt6tFqthsy";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly TestFolder _folder = new();
    private readonly Process _process;

    private GuardedRegistry()
    {
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            Host = listener.LocalEndpoint.ToString()!;
        }

        var users = _folder.File("users", $"{User}:{PasswordHash}\n");
        var configuration = _folder.File("config.yml", $$"""
            version: 0.1
            log: { level: error }
            storage: { filesystem: { rootdirectory: {{_folder.Path}}/data } }
            http: { addr: "{{Host}}" }
            auth: { htpasswd: { realm: tests, path: {{users}} } }
            """);
        _process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", configuration]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Host { get; }

    public static async Task<GuardedRegistry> StartAsync()
    {
        Assert.SkipUnless(Tool.OnPath("docker-registry"), "docker-registry is not installed");
        var registry = new GuardedRegistry();
        var started = Stopwatch.GetTimestamp();
        while (await registry.AskAsync("", "") != HttpStatusCode.Unauthorized)
        {
            Assert.True(!registry._process.HasExited && Stopwatch.GetElapsedTime(started) < StartDeadline, "docker-registry does not start.");
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }

        return registry;
    }

    /// <summary>What it answers for a manifest.</summary>
    public async Task<HttpStatusCode?> FindAsync(string image, string tag) => await AskAsync($"{image}/manifests/{tag}", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{User}:{Password}")));

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _folder.Dispose();
    }

    private async Task<HttpStatusCode?> AskAsync(string path, string credentials)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Host}/v2/{path}");
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json");
        if (credentials.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Basic {credentials}");
        }

        try
        {
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
