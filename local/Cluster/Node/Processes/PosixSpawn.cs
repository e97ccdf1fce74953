using System.Runtime.Versioning;
using System.Text;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>
/// Starts a process as the leader of a session (and so of a process group) of its own, with default signal handling: .NET ignores SIGPIPE,
/// and a child would inherit that.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class PosixSpawn
{
    // What a parent commonly ignores: SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM. The numbers are the same everywhere.
    private static readonly int[] CommonlyIgnored = [1, 2, 3, 13, 15];

    /// <summary>Returns the process id, or the error number.</summary>
    /// <param name="output">What standard output and standard error are opened on, read-write: a pipe's name.</param>
    /// <param name="input">What standard input is opened on, for reading unless <paramref name="inputFlags"/> say otherwise. The first terminal that the
    /// process opens becomes its controlling one.</param>
    public static unsafe (int Process, int Error) Start(
        string executable, IReadOnlyList<string> arguments, IEnumerable<KeyValuePair<string, string>> environment, string folder, string output, string errors, string input = "/dev/null", int inputFlags = 0)
    {
        var actions = stackalloc byte[Posix.OpaqueSize];
        var attributes = stackalloc byte[Posix.OpaqueSize];
        var signals = stackalloc byte[Posix.OpaqueSize];
        Check(Posix.InitFileActions(actions));
        Check(Posix.InitAttributes(attributes));
        try
        {
            Check(Posix.AddOpen(actions, 0, input, inputFlags, 0));
            Check(Posix.AddOpen(actions, 1, output, Posix.OpenReadWrite, 0));
            Check(Posix.AddOpen(actions, 2, errors, Posix.OpenReadWrite, 0));
            Check(Posix.AddChangeFolder(actions, folder));

            Check(Posix.ClearSignals(signals));
            Check(Posix.SetSignalMask(attributes, signals));
            foreach (var signal in CommonlyIgnored)
            {
                Check(Posix.AddSignal(signals, signal));
            }

            Check(Posix.SetSignalDefault(attributes, signals));
            Check(Posix.SetFlags(attributes, (short)(Posix.SpawnSetSession | Posix.SpawnSetSignalMask | Posix.SpawnSetSignalDefault)));

            using var path = new StringBlock([executable]);
            using var argumentBlock = new StringBlock(arguments);
            using var environmentBlock = new StringBlock(environment.Select(variable => $"{variable.Key}={variable.Value}"));
            var error = Posix.Spawn(out var process, path.First, actions, attributes, argumentBlock.Pointer, environmentBlock.Pointer);
            return (error == 0 ? process : 0, error);
        }
        finally
        {
            Check(Posix.DestroyAttributes(attributes));
            Check(Posix.DestroyFileActions(actions));
        }
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new IOException($"A process cannot be prepared: error {error} of the C library.");
        }
    }

    /// <summary>Strings as C has them: an array of pointers to zero-terminated UTF-8, ended by a null pointer, in one piece of memory.</summary>
    private sealed unsafe class StringBlock : IDisposable
    {
        private readonly byte** _memory;

        public StringBlock(IEnumerable<string> strings)
        {
            var texts = strings.Select(text => Encoding.UTF8.GetBytes(text)).ToList();
            var pointers = (nuint)((texts.Count + 1) * sizeof(byte*));
            _memory = (byte**)System.Runtime.InteropServices.NativeMemory.AllocZeroed(pointers + (nuint)texts.Sum(text => text.Length + 1));
            var next = (byte*)_memory + pointers;
            for (var index = 0; index < texts.Count; index++)
            {
                _memory[index] = next;
                texts[index].CopyTo(new Span<byte>(next, texts[index].Length));
                next += texts[index].Length + 1;
            }
        }

        public byte** Pointer => _memory;

        public byte* First => _memory[0];

        public void Dispose() => System.Runtime.InteropServices.NativeMemory.Free(_memory);
    }
}
