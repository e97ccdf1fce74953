using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Scalelab.ModelServer.Tests;

/// <summary>The server as its own process, as a pod runs it.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private Task _rest = Task.CompletedTask;

    private ServerProcess(Process process)
    {
        _process = process;
    }

    public HttpClient Client { get; } = new() { Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>Starts it and waits until it says where it listens.</summary>
    /// <param name="modelFolder">The model.</param>
    /// <param name="settings">Further settings: key, value, key, value.</param>
    public static async Task<ServerProcess> StartAsync(string modelFolder, params string[] settings)
    {
        var server = new ServerProcess(Start(modelFolder, settings));
        while (await server._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                server.Client.BaseAddress = new Uri(match.Groups[1].Value);
                // Nobody reads on: a full pipe would stop the server.
                server._rest = server._process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                return server;
            }
        }
        await using (server)
        {
            throw new InvalidOperationException(await server._process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
    }

    /// <summary>Starts it and waits until it gives up.</summary>
    public static async Task<(int ExitCode, string Errors)> RefuseAsync(string modelFolder)
    {
        await using var server = new ServerProcess(Start(modelFolder));
        var errors = await server._process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await server._process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (server._process.ExitCode, errors);
    }

    /// <summary>The most memory that it ever held, in bytes.</summary>
    public long PeakMemory()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(Digits().Match(line).Value, System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Posts a picture as the page does.</summary>
    public async Task<HttpResponseMessage> PredictAsync(byte[] picture)
    {
        using var content = new MultipartFormDataContent { { new ByteArrayContent(picture), "file", "picture" } };
        return await Client.PostAsync("/predict", content, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends SIGTERM, as Kubernetes does, and waits for the end.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        await _process.WaitForExitAsync(CancellationToken.None);
        await _rest;
        _process.Dispose();
    }

    private static Process Start(string modelFolder, params string[] settings)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "ModelServer.dll"));
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["MODEL_DIR"] = modelFolder;
        start.Environment["POD_NAME"] = "pod-1";
        foreach (var pair in settings.Chunk(2))
        {
            start.Environment[pair[0]] = pair[1];
        }
        return Process.Start(start)!;
    }

    [GeneratedRegex(@"Now listening on: (\S+)")]
    private static partial Regex Listening();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
