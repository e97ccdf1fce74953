using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>
/// What containers use: each has a session of its own, so its processes are those of the session and whatever descends from them. Where there is
/// no <c>/proc</c>, only the main process is seen.
/// </summary>
/// <param name="proc">The mounted proc file system.</param>
internal sealed class ProcessTrees(string proc = "/proc")
{
    // What /proc counts CPU time in, on every machine that .NET runs on.
    private const int TicksPerSecond = 100;

    // Enough for the numbers, however long the name before them is.
    private const int StatSize = 1024;

    private readonly Dictionary<string, (TimeSpan Seen, TimeSpan Total)> _totals = new(StringComparer.Ordinal);

    /// <summary>The usage of each container since its start. Containers that are left out are forgotten.</summary>
    /// <param name="containers">The main process of each.</param>
    public IReadOnlyDictionary<string, ProcessUsage> Read(IReadOnlyDictionary<string, int> containers)
    {
        foreach (var gone in _totals.Keys.Where(id => !containers.ContainsKey(id)).ToList())
        {
            _totals.Remove(gone);
        }

        if (containers.Count == 0)
        {
            return new Dictionary<string, ProcessUsage>();
        }

        var seen = Directory.Exists(proc) ? FromProc(containers) : FromRuntime(containers);
        return seen.ToDictionary(usage => usage.Key, usage => usage.Value with { Cpu = Total(usage.Key, usage.Value.Cpu) }, StringComparer.Ordinal);
    }

    /// <summary>A process that ends without being waited for takes its time with it: the sum of what is there falls, what was used does not.</summary>
    private TimeSpan Total(string id, TimeSpan now)
    {
        var (before, total) = _totals.GetValueOrDefault(id);
        total += now > before ? now - before : TimeSpan.Zero;
        _totals[id] = (now, total);
        return total;
    }

    private Dictionary<string, ProcessUsage> FromProc(IReadOnlyDictionary<string, int> containers)
    {
        var processes = new Dictionary<int, Stat>();
        foreach (var entry in Directory.EnumerateDirectories(proc))
        {
            if (int.TryParse(Path.GetFileName(entry.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var process) && ReadStat(entry) is { } stat)
            {
                processes[process] = stat;
            }
        }

        var owners = containers.ToDictionary(container => container.Value, container => container.Key);
        var usages = new Dictionary<string, ProcessUsage>(StringComparer.Ordinal);
        foreach (var (process, stat) in processes)
        {
            if (OwnerOf(process, processes, owners) is { } id)
            {
                var usage = usages.GetValueOrDefault(id);
                usages[id] = new ProcessUsage(usage.Cpu + stat.Cpu, usage.MemoryBytes + stat.MemoryBytes);
            }
        }

        return usages;
    }

    private static string? OwnerOf(int process, Dictionary<int, Stat> processes, Dictionary<int, string> owners)
    {
        // A parent is always older than its child, but numbers are used again: the chain is cut where it is longer than any can be.
        for (var steps = 0; process > 1 && steps <= processes.Count; steps++)
        {
            if (!processes.TryGetValue(process, out var stat))
            {
                return null;
            }

            if (owners.TryGetValue(stat.Session, out var owner))
            {
                return owner;
            }

            process = stat.Parent;
        }

        return null;
    }

    private static Stat? ReadStat(string entry)
    {
        Span<byte> buffer = stackalloc byte[StatSize];
        int length;
        try
        {
            using var file = File.OpenHandle(entry + "/stat");
            length = RandomAccess.Read(file, buffer, 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or somebody else's.
            return null;
        }

        // The name in brackets may hold anything, so the fields are counted from behind it (proc(5)): state, parent, group, session, …
        var text = Encoding.UTF8.GetString(buffer[(buffer[..length].LastIndexOf((byte)')') + 1)..length]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (text.Length < 22)
        {
            return null;
        }

        var ticks = Number(text[11]) + Number(text[12]) + Number(text[13]) + Number(text[14]);
        return new Stat((int)Number(text[1]), (int)Number(text[3]), TimeSpan.FromSeconds(ticks / (double)TicksPerSecond), Number(text[21]) * Environment.SystemPageSize);
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static Dictionary<string, ProcessUsage> FromRuntime(IReadOnlyDictionary<string, int> containers)
    {
        var usages = new Dictionary<string, ProcessUsage>(StringComparer.Ordinal);
        foreach (var (id, main) in containers)
        {
            try
            {
                using var process = Process.GetProcessById(main);
                usages[id] = new ProcessUsage(process.TotalProcessorTime, process.WorkingSet64);
            }
            catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
            {
                // It has just ended.
            }
        }

        return usages;
    }

    private readonly record struct Stat(int Parent, int Session, TimeSpan Cpu, long MemoryBytes);
}

/// <param name="Cpu">CPU time.</param>
/// <param name="MemoryBytes">Resident memory.</param>
internal readonly record struct ProcessUsage(TimeSpan Cpu, long MemoryBytes);
