using System.Diagnostics;

namespace Scalelab.Registry.Tests.Clients;

/// <summary>
/// A Docker daemon of a test's own: its socket, its images and its containers lie in a folder that goes with it, and it makes no firewall
/// rules, so that it disturbs no other on the machine. Linux only, as root.
/// </summary>
internal sealed class DockerDaemon : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly DirectoryInfo _folder;
    private readonly Process _process;
    private readonly string _socket;
    private readonly string? _bridge;

    private DockerDaemon(DirectoryInfo folder, Process process, string socket, string? bridge)
    {
        _folder = folder;
        _process = process;
        _socket = socket;
        _bridge = bridge;
    }

    /// <summary>Where it listens, as <c>DOCKER_HOST</c> has it.</summary>
    public string Host => _socket;

    /// <summary>Whether containers can have a network of their own, with ports opened on the host.</summary>
    public bool HasBridge => _bridge is not null;

    /// <summary>Starts a daemon. Skips the test, saying why, where none can run.</summary>
    /// <param name="withBridge">Gives it a bridge of its own, where the machine lets it.</param>
    public static async Task<DockerDaemon> StartAsync(bool withBridge = false)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "a Docker daemon needs Linux and root");
        Assert.SkipUnless(Tool.OnPath("dockerd") && Tool.OnPath("docker"), "dockerd and docker are not installed");
        var folder = Directory.CreateTempSubdirectory("scalelab-docker-");
        var socket = $"unix://{folder.FullName}/docker.sock";
        var log = Path.Combine(folder.FullName, "log");
        var bridge = withBridge ? await AddBridgeAsync() : null;
        var daemon = new DockerDaemon(folder, Launch(folder.FullName, socket, log, bridge), socket, bridge);
        try
        {
            await daemon.WaitUntilReadyAsync(log);
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the docker command line against this daemon and returns what it printed, without the line break at its end.</summary>
    public async Task<string> RunAsync(params string[] arguments) => (await Tool.RunAsync("docker", ["--host", _socket, .. arguments])).TrimEnd();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await Tool.RunAsync("kill", ["-TERM", $"{_process.Id}"]);
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(StopDeadline);
        }

        _process.Dispose();
        // What containers and builds used stays mounted where the daemon was asked to leave the machine's networks alone.
        foreach (var mount in (await File.ReadAllLinesAsync("/proc/mounts", CancellationToken.None)).Select(line => line.Split(' ')[1]).Where(mount => mount.StartsWith(_folder.FullName, StringComparison.Ordinal)).Reverse())
        {
            await Tool.RunAsync("umount", ["--lazy", mount]);
        }

        if (_bridge is not null)
        {
            await Tool.RunAsync("ip", ["link", "delete", _bridge]);
        }

        _folder.Delete(recursive: true);
    }

    // Null where the machine does not let it. Names and networks are drawn, so that daemons of several test processes stay apart.
    private static async Task<string?> AddBridgeAsync()
    {
        if (!Tool.OnPath("ip"))
        {
            return null;
        }

        var number = Random.Shared.Next(ushort.MaxValue);
        var bridge = $"scalelab{number}";
        if (!await Tool.SucceedsAsync("ip", "link", "add", "name", bridge, "type", "bridge"))
        {
            return null;
        }

        await Tool.RunAsync("ip", ["address", "add", $"10.{200 + (number >> 13)}.{(number >> 5) & 0xff}.{((number & 0x7) << 5) + 1}/27", "dev", bridge]);
        await Tool.RunAsync("ip", ["link", "set", bridge, "up"]);
        return bridge;
    }

    private static Process Launch(string folder, string socket, string log, string? bridge)
    {
        var configuration = Path.Combine(folder, "daemon.json");
        File.WriteAllText(configuration, "{}");
        string[] arguments =
        [
            "--config-file", configuration, "--host", socket, "--data-root", $"{folder}/data", "--exec-root", $"{folder}/exec", "--pidfile", $"{folder}/pid",
            "--storage-driver", "vfs", "--bridge", bridge ?? "none", "--iptables=false", "--ip6tables=false",
        ];

        // The log goes to a file by way of a shell, which the daemon then takes the place of: nobody has to read a pipe as long as it runs.
        return Process.Start("/bin/sh", ["-c", "exec dockerd \"$@\" >\"$0\" 2>&1", log, .. arguments]);
    }

    private async Task WaitUntilReadyAsync(string log)
    {
        var start = Stopwatch.GetTimestamp();
        while (!File.Exists(_socket["unix://".Length..]))
        {
            Assert.SkipWhen(_process.HasExited, $"a Docker daemon does not start here: {LastLine(log)}");
            Assert.True(Stopwatch.GetElapsedTime(start) < StartDeadline, $"The Docker daemon does not listen after {StartDeadline}: {LastLine(log)}");
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await RunAsync("version");
    }

    private static string LastLine(string log) => File.Exists(log) ? File.ReadLines(log).LastOrDefault("it left an empty log") : "it left no log";
}
