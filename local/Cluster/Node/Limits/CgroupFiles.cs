using System.Globalization;

namespace Scalelab.Cluster.Node.Limits;

/// <summary>What is written into which file of a control group. Pure; the arithmetic is kubelet's and runc's.</summary>
internal static class CgroupFiles
{
    // The period of the CPU quota in microseconds, and the shortest quota that the kernel takes.
    private const long Period = 100_000;
    private const long ShortestQuota = 1000;

    private const long FewestShares = 2;
    private const long MostShares = 262_144;

    /// <summary>A value for a file. One that is not needed may be missing: older kernels, or kernels without swap accounting.</summary>
    public sealed record Entry(string File, string Value, bool Needed = true);

    public static IEnumerable<Entry> ForCpu(int version, ResourceLimits limits)
    {
        if (limits.CpuLimit is { } limit)
        {
            // limit / 1000 * Period, without losing digits or overflowing.
            var quota = Math.Max(ShortestQuota, (long)Math.Min((decimal)limit * Period / 1000, long.MaxValue / 1000));
            if (version == 2)
            {
                yield return new Entry("cpu.max", Text($"{quota} {Period}"));
            }
            else
            {
                yield return new Entry("cpu.cfs_period_us", Text($"{Period}"));
                yield return new Entry("cpu.cfs_quota_us", Text($"{quota}"));
            }
        }

        // Whoever is promised nothing gets what is left.
        var shares = Math.Clamp((long)((decimal)(limits.CpuRequest ?? limits.CpuLimit ?? 0) * 1024 / 1000), FewestShares, MostShares);
        yield return version == 2
            ? new Entry("cpu.weight", Text($"{1 + ((shares - FewestShares) * 9999 / (MostShares - FewestShares))}"), Needed: false)
            : new Entry("cpu.shares", Text($"{shares}"), Needed: false);
    }

    public static IEnumerable<Entry> ForMemory(int version, ResourceLimits limits)
    {
        if (limits.MemoryLimit is not { } limit)
        {
            yield break;
        }

        if (version == 2)
        {
            yield return new Entry("memory.max", Text($"{limit}"));
            yield return new Entry("memory.swap.max", "0", Needed: false);

            // All processes of a container go at once, as kubelet has it.
            yield return new Entry("memory.oom.group", "1", Needed: false);
        }
        else
        {
            yield return new Entry("memory.limit_in_bytes", Text($"{limit}"));
            yield return new Entry("memory.memsw.limit_in_bytes", Text($"{limit}"), Needed: false);
        }
    }

    /// <summary>The file that counts the processes killed for lack of memory.</summary>
    public static string OutOfMemoryFile(int version) => version == 2 ? "memory.events" : "memory.oom_control";

    /// <summary>How many processes the content of that file tells of; kernels before 4.13 do not count in version 1.</summary>
    public static int OutOfMemoryKills(string content) => content.Split('\n').Select(line => line.Split(' '))
        .Where(parts => parts is ["oom_kill", _]).Select(parts => int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0).FirstOrDefault();

    private static string Text(FormattableString value) => value.ToString(CultureInfo.InvariantCulture);
}
