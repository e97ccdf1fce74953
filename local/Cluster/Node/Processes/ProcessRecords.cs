using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>
/// Remembers on disk which processes run, so that a daemon that was killed can be cleaned up after. A record is there from just before
/// a process starts until its end was seen. Every process carries its container's id in its environment, which finds (where there is
/// <c>/proc</c>) also what has left its session, or was started in the moment before its number could be written down.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ProcessRecords(string folder, ILogger logger)
{
    /// <summary>The environment variable that marks a container's processes.</summary>
    public const string Marker = "SCALELAB_CONTAINER";

    public void Add(string id, int process)
    {
        Directory.CreateDirectory(folder);
        var path = Path(id);
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(new Record(process, process == 0 ? null : StartTime(process))));
        File.Move(path + ".new", path, overwrite: true);
    }

    public void Remove(string id) => File.Delete(Path(id));

    /// <summary>Kills what an earlier daemon left running, and forgets it.</summary>
    public void KillLeftovers()
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            var id = System.IO.Path.GetFileNameWithoutExtension(file);
            ids.Add(id);
            if (Read(file) is { Process: > 1 } record && IsStill(record))
            {
                logger.LogInformation("Killed process group {Process}, left by an earlier run (container {Id}).", record.Process, id[..12]);
                Posix.Kill(-record.Process, Posix.SignalKill);
            }
        }

        KillMarked(ids);
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            File.Delete(file);
        }
    }

    /// <summary>Kills every process whose environment names one of these containers. Does nothing where there is no /proc.</summary>
    public void KillMarked(IReadOnlySet<string> ids)
    {
        if (ids.Count == 0 || !Directory.Exists("/proc/self"))
        {
            return;
        }

        var prefix = Encoding.UTF8.GetBytes($"\0{Marker}=");
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(System.IO.Path.GetFileName(entry.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                || process == Environment.ProcessId || ReadEnvironment(entry) is not { } environment)
            {
                continue;
            }

            var start = environment.AsSpan().IndexOf(prefix);
            if (start < 0)
            {
                continue;
            }

            var value = environment.AsSpan(start + prefix.Length);
            var end = value.IndexOf((byte)0);
            if (ids.Contains(Encoding.UTF8.GetString(end < 0 ? value : value[..end])))
            {
                logger.LogInformation("Killed process {Process}, which had left its container.", process);
                Posix.Kill(process, Posix.SignalKill);
            }
        }
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
        var now = StartTime(record.Process);

        // Without its leader a group may still have members; its number is not given out again as long as it has.
        return now is null || now == record.StartTime;
    }

    /// <summary>When a process started, in a form that only compares; null where there is no such process.</summary>
    private static string? StartTime(int process)
    {
        try
        {
            if (Directory.Exists("/proc/self"))
            {
                // The name in brackets may hold anything; the 22nd field is the 20th after it (proc(5)).
                var stat = File.ReadAllText($"/proc/{process}/stat");
                return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
            }

            using var found = Process.GetProcessById(process);
            return found.StartTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or InvalidOperationException or Win32Exception or UnauthorizedAccessException)
        {
            return null;
        }
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

    private sealed record Record(int Process, string? StartTime);
}
