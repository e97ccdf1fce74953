using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>A text that two processes never share, even when the second gets the first one's number, or the machine has been started anew.</summary>
public static class ProcessIdentity
{
    // As proc(5) counts the fields, from 1.
    private const int StateField = 3;
    private const int StartTimeField = 22;

    /// <summary>The identity of a running process, which only compares; null where there is none with this number, or only what is left of one that has ended.</summary>
    public static string? Of(int process)
    {
        try
        {
            return OperatingSystem.IsLinux() ? FromProc(process) : FromStartTime(process);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or InvalidOperationException or Win32Exception or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether the machine has not been started anew since the identity was taken; assumed where that cannot be told.</summary>
    internal static bool IsOfThisBoot(string? identity) => !OperatingSystem.IsLinux() || identity?.StartsWith(BootId() + "/", StringComparison.Ordinal) == true;

    // Boot and clock ticks since boot: unlike a wall-clock time they stay the same when the clock is set.
    private static string? FromProc(int process)
    {
        // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : $"{BootId()}/{fields[StartTimeField - StateField]}";
    }

    private static string BootId() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    private static string FromStartTime(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.StartTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
    }
}
