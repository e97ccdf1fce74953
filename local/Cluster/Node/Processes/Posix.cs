using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using k8s.Models;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>
/// The few calls of the C library for which .NET has no counterpart: <see cref="System.Diagnostics.Process"/> cannot start a process in a
/// session of its own, and cannot signal a whole group. Written for glibc and musl on Linux and for macOS.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static partial class Posix
{
    public const int SignalTerminate = 15;
    public const int SignalKill = 9;

    public const int NoSuchFile = 2;
    public const int NoSuchProcess = 3;
    public const int Interrupted = 4;
    public const int PermissionDenied = 13;

    public const int SpawnSetSignalMask = 0x08;
    public const int SpawnSetSignalDefault = 0x04;
    public const int OpenReadWrite = 2;
    public const int WaitNoHang = 1;

    /// <summary>Room for posix_spawnattr_t, posix_spawn_file_actions_t and sigset_t on every platform; the largest, glibc's attributes, takes 336 bytes.</summary>
    public const int OpaqueSize = 1024;

    /// <summary>NGROUPS_MAX of Linux; other systems allow fewer.</summary>
    private const int MaximumGroups = 65536;

    public static int SpawnSetSession => OperatingSystem.IsMacOS() ? 0x400 : 0x80;

    private static int OpenReadNonBlockingCloseOnExec => OperatingSystem.IsMacOS() ? 0x4 | 0x1000000 : 0x800 | 0x80000;

    public static int OpenForReading(string path) => Open(path, OpenReadNonBlockingCloseOnExec, 0);

    /// <summary>Whom the processes that this one starts run as.</summary>
    public static unsafe V1ContainerUser CurrentUser()
    {
        var groups = new uint[MaximumGroups];
        int count;
        fixed (uint* first = groups)
        {
            count = GetGroups(groups.Length, first);
        }

        return new V1ContainerUser
        {
            Linux = new V1LinuxContainerUser { Uid = GetUser(), Gid = GetGroup(), SupplementalGroups = [.. groups.Take(Math.Max(0, count)).Select(group => (long?)group)] },
        };
    }

    public static bool HasExited(int status) => (status & 0x7f) == 0;

    public static int ExitStatus(int status) => (status >> 8) & 0xff;

    public static int TerminationSignal(int status) => status & 0x7f;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetGroup();

    [LibraryImport("libc", EntryPoint = "getgroups", SetLastError = true)]
    private static unsafe partial int GetGroups(int size, uint* groups);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    public static partial int OpenTerminal(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    public static partial int GrantTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    public static partial int UnlockTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    public static unsafe partial int TerminalName(int descriptor, byte* name, nuint length);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static unsafe partial int Control(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int MakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "rmdir", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int RemoveFolder(string path);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitProcess(int process, out int status, int options);

    [LibraryImport("libc", EntryPoint = "getsid", SetLastError = true)]
    public static partial int GetSession(int process);

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    public static unsafe partial int Spawn(out int process, byte* path, void* fileActions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static unsafe partial int InitFileActions(void* fileActions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static unsafe partial int DestroyFileActions(void* fileActions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int AddOpen(void* fileActions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int AddChangeFolder(void* fileActions, string path);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static unsafe partial int InitAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static unsafe partial int DestroyAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static unsafe partial int SetFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    public static unsafe partial int SetSignalMask(void* attributes, void* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static unsafe partial int SetSignalDefault(void* attributes, void* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    public static unsafe partial int ClearSignals(void* signals);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    public static unsafe partial int AddSignal(void* signals, int signal);
}
