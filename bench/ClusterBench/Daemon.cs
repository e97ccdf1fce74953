using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Scalelab.ClusterBench;

/// <summary>The background process that <c>lab start</c> runs, with a home folder and ports of its own.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly string _home = Directory.CreateTempSubdirectory("cluster-bench-").FullName;
    private readonly Process _process;
    private Api? _api;

    private Daemon(string lab, bool synced, int port, int registryPort)
    {
        RegistryAddress = $"127.0.0.1:{registryPort}";
        string[] arguments =
        [
            lab, "daemon", "--home", _home, "--secure-port", $"{port}", "--registry-port", $"{registryPort}", .. synced ? [] : (string[])["--unsafe-no-fsync"],
        ];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };

        // As lab start sets it.
        start.Environment["DOTNET_gcConcurrent"] = "1";
        start.Environment["DOTNET_GCgen0size"] = "0x400000";
        start.Environment["DOTNET_TC_CallCountThreshold"] = "0x200";
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _ = _process.StandardOutput.ReadToEndAsync();
        _ = _process.StandardError.ReadToEndAsync();
    }

    public string RegistryAddress { get; }

    public Api Api => _api!;

    /// <summary>From the start of the process to an <c>ok</c> of /readyz.</summary>
    public TimeSpan Ready { get; private set; }

    /// <summary>From the start of the process to a Ready condition of every node.</summary>
    public TimeSpan NodesReady { get; private set; }

    public double Mebibytes => File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] is var kibibytes ? double.Parse(kibibytes, CultureInfo.InvariantCulture) / 1024 : 0;

    /// <summary>The time that the processor has spent on it, as user and as system.</summary>
    public TimeSpan Busy
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts on empty data and waits until the nodes are ready.</summary>
    public static async Task<Daemon> StartAsync(string lab, bool synced)
    {
        var (port, registryPort) = (FreePort(), FreePort());
        var begin = TimeProvider.System.GetTimestamp();
        var daemon = new Daemon(lab, synced, port, registryPort);
        using (var probe = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
#pragma warning disable CA5359 // Nothing is sent; the authority is not written yet.
            SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
        }))
        {
            await daemon.UntilAsync(async () => await probe.GetStringAsync(new Uri($"https://127.0.0.1:{port}/readyz")).ConfigureAwait(false) == "ok").ConfigureAwait(false);
        }

        daemon.Ready = TimeProvider.System.GetElapsedTime(begin);
        await daemon.UntilAsync(() => Task.FromResult(File.Exists(Path.Combine(daemon._home, "kubeconfig")))).ConfigureAwait(false);
        daemon._api = new Api(Path.Combine(daemon._home, "kubeconfig"));
        await daemon.UntilAsync(async () => (await daemon.Api.Http.GetStringAsync(new Uri("/api/v1/nodes", UriKind.Relative)).ConfigureAwait(false))
            .Split("\"reason\":\"KubeletReady\"").Length == 4).ConfigureAwait(false);
        daemon.NodesReady = TimeProvider.System.GetElapsedTime(begin);
        return daemon;
    }

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        using (var terminate = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
        {
            await terminate.WaitForExitAsync().ConfigureAwait(false);
        }

        await _process.WaitForExitAsync().WaitAsync(Patience).ConfigureAwait(false);
        _process.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    private async Task UntilAsync(Func<Task<bool>> condition)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                if (await condition().ConfigureAwait(false))
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                // Not listening yet.
            }

            if (_process.HasExited || TimeProvider.System.GetElapsedTime(begin) > Patience)
            {
                throw new InvalidOperationException($"The daemon is not ready; its log is {_home}.");
            }

            await Task.Delay(Pause, TimeProvider.System).ConfigureAwait(false);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
