using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>The near end of a terminal; a process that opens the far end by its name believes to be sat before.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PseudoTerminal : IDisposable
{
    private const int OpenReadWrite = 2;
    private const nuint SetWindowSize = 0x5414;

    private readonly SafeFileHandle _handle;

    private PseudoTerminal(SafeFileHandle handle, string name)
    {
        _handle = handle;
        Name = name;
        Stream = new FileStream(handle, FileAccess.ReadWrite, bufferSize: 0, isAsync: false);
    }

    /// <summary>The path of the far end.</summary>
    public string Name { get; }

    /// <summary>What is printed there comes from here, and the other way round.</summary>
    public FileStream Stream { get; }

    /// <exception cref="IOException">The system has no terminal left.</exception>
    public static unsafe PseudoTerminal Open()
    {
        // Without O_NOCTTY it would become this daemon's own, if it had none.
        var noControl = OperatingSystem.IsMacOS() ? 0x20000 : 0x100;
        var handle = new SafeFileHandle(Posix.OpenTerminal(OpenReadWrite | noControl), ownsHandle: true);
        var name = stackalloc byte[128];
        var descriptor = (int)handle.DangerousGetHandle();
        if (handle.IsInvalid || Posix.GrantTerminal(descriptor) != 0 || Posix.UnlockTerminal(descriptor) != 0 || Posix.TerminalName(descriptor, name, 128) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            handle.Dispose();
            throw new IOException($"No terminal can be had: error {error} of the C library.");
        }

        return new PseudoTerminal(handle, Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)));
    }

    public unsafe void Resize(int columns, int rows)
    {
        // ioctl takes its last argument in another way on macOS.
        if (OperatingSystem.IsLinux() && !_handle.IsClosed)
        {
            var size = stackalloc ushort[] { (ushort)Math.Clamp(rows, 0, ushort.MaxValue), (ushort)Math.Clamp(columns, 0, ushort.MaxValue), 0, 0 };
            _ = Posix.Control((int)_handle.DangerousGetHandle(), SetWindowSize, size);
        }
    }

    public void Dispose() => Stream.Dispose();
}
