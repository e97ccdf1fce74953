using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>Tells a process from a later one that was given the same number.</summary>
internal static class ProcessIdentity
{
    /// <summary>When a process started, in a form that only compares; null where there is no such process, or only what is left of one that has ended.</summary>
    public static string? StartTime(int process)
    {
        try
        {
            if (Directory.Exists("/proc/self"))
            {
                // The name in brackets may hold anything; the state is the first field after it, the start time the 20th (proc(5)).
                var stat = File.ReadAllText($"/proc/{process}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                return fields[0] is "Z" or "X" ? null : fields[19];
            }

            using var found = Process.GetProcessById(process);
            return found.StartTime.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or InvalidOperationException or Win32Exception or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
