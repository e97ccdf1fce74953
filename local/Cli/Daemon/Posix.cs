using System.Runtime.InteropServices;

namespace Scalelab.Cli.Daemon;

/// <summary>The two system calls that .NET does not offer.</summary>
internal static partial class Posix
{
    public const int SigTerm = 15;
    public const int SigKill = 9;

    /// <summary>Sends a signal to one process; false when it does not exist or belongs to somebody else.</summary>
    public static bool TrySignal(int pid, int signal) => Kill(pid, signal) == 0;

    /// <summary>Leaves the terminal and its process group, so that closing it or pressing Ctrl-C in it does not reach this process.</summary>
    public static void LeaveTerminal()
    {
        // Fails only for the leader of a process group, which has left already.
        _ = SetSid();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetSid();
}
