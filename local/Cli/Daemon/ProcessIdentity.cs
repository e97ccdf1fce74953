using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Scalelab.Cli.Daemon;

/// <summary>A text that two processes never share, even when the second gets the first one's id.</summary>
internal static class ProcessIdentity
{
    private const int StartTimeField = 22;

    /// <summary>The identity of a running process; null when there is none with this id.</summary>
    public static string? Of(int pid) => OperatingSystem.IsLinux() ? FromProc(pid) : FromStartTime(pid);

    // Boot and clock ticks since boot: unlike a wall-clock time they stay the same when the clock is set.
    private static string? FromProc(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            if (fields[0] is "Z" or "X")
            {
                return null;
            }

            return $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}/{fields[StartTimeField - 3]}";
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return null;
        }
    }

    private static string? FromStartTime(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.StartTime.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
