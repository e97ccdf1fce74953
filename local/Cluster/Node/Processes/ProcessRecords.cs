using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>
/// Remembers on disk which processes run, so that the successor of a daemon that was killed can go on with them, or end them. A record is
/// there from just before a process starts until its end was seen. Every process carries its container's id in its environment, which finds
/// (where there is <c>/proc</c>) also what has left its session, or was started in the moment before its number could be written down.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ProcessRecords(string folder, ILogger logger)
{
    /// <summary>The environment variable that marks a container's processes.</summary>
    public const string Marker = "SCALELAB_CONTAINER";

    private static readonly byte[] Prefix = Encoding.UTF8.GetBytes($"\0{Marker}=");

    /// <summary>A process is about to start.</summary>
    public void Announce(string id) => Write(id, new Record(0, null, default, null));

    /// <summary>A process has started.</summary>
    /// <param name="launch">What a successor needs to go on with it; null for a command that is to end with this daemon.</param>
    public void Add(string id, int process, DateTimeOffset startedAt, ContainerLaunch? launch) =>
        Write(id, new Record(process, ProcessIdentity.Of(process), startedAt, launch));

    public void Remove(string id) => File.Delete(Path(id));

    /// <summary>The containers of an earlier daemon that still run. Whatever else it left is killed and forgotten.</summary>
    public IReadOnlyList<RunningContainer> Recover()
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var running = new List<RunningContainer>();
        var dead = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            var id = System.IO.Path.GetFileNameWithoutExtension(file);
            var record = file.EndsWith(".json", StringComparison.Ordinal) ? Read(file) : null;
            if (record is { Process: > 1, Identity: { } identity, Launch: { } launch } && ProcessIdentity.Of(record.Process) == identity && IsMarked(record.Process, id))
            {
                running.Add(new RunningContainer(id, record.Process, identity, record.StartedAt, launch));
                continue;
            }

            dead.Add(id);
            if (record is { Process: > 1 } && IsStill(record))
            {
                logger.LogInformation("Killed process group {Process}, left by an earlier run (container {Id}).", record.Process, id[..12]);
                Posix.Kill(-record.Process, Posix.SignalKill);
            }

            File.Delete(file);
        }

        KillMarked(dead);
        return running;
    }

    /// <summary>Kills every process whose environment names one of these containers. Does nothing where there is no /proc.</summary>
    public void KillMarked(IReadOnlySet<string> ids)
    {
        if (ids.Count == 0 || !Directory.Exists("/proc/self"))
        {
            return;
        }

        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(System.IO.Path.GetFileName(entry.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                && process != Environment.ProcessId && ReadEnvironment(entry) is { } environment && MarkIn(environment) is { } id && ids.Contains(id))
            {
                logger.LogInformation("Killed process {Process}, which had left its container.", process);
                Posix.Kill(process, Posix.SignalKill);
            }
        }
    }

    /// <summary>Whether a process carries the id, as far as that can be told.</summary>
    private static bool IsMarked(int process, string id) =>
        !Directory.Exists("/proc/self") || (ReadEnvironment($"/proc/{process}") is { } environment && MarkIn(environment) == id);

    private static string? MarkIn(byte[] environment)
    {
        var start = environment.AsSpan().IndexOf(Prefix);
        if (start < 0)
        {
            return null;
        }

        var value = environment.AsSpan(start + Prefix.Length);
        var end = value.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? value : value[..end]);
    }

    private static byte[]? ReadEnvironment(string entry)
    {
        try
        {
            return [0, .. File.ReadAllBytes(entry + "/environ")];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or somebody else's.
            return null;
        }
    }

    private static bool IsStill(Record record)
    {
        var now = ProcessIdentity.Of(record.Process);

        // Without its leader a group may still have members; its number is not given out again as long as it has, until the machine is started anew.
        return now is null ? ProcessIdentity.IsOfThisBoot(record.Identity) : now == record.Identity;
    }

    private void Write(string id, Record record)
    {
        Directory.CreateDirectory(folder);

        // The environment of a container may hold secrets.
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using (var file = new FileStream(Path(id) + ".new", options))
        {
            JsonSerializer.Serialize(file, record);
        }

        File.Move(Path(id) + ".new", Path(id), overwrite: true);
    }

    private Record? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Record>(File.ReadAllText(file));
        }
        catch (JsonException exception)
        {
            logger.LogWarning(exception, "The record {File} of a process cannot be read.", file);
            return null;
        }
    }

    private string Path(string id) => $"{folder}/{id}.json";

    private sealed record Record(int Process, string? Identity, DateTimeOffset StartedAt, ContainerLaunch? Launch);
}

/// <summary>A container that an earlier daemon started and that still runs.</summary>
/// <param name="Identity">The process's <see cref="ProcessIdentity"/>.</param>
internal sealed record RunningContainer(string Id, int Process, string Identity, DateTimeOffset StartedAt, ContainerLaunch Launch);
