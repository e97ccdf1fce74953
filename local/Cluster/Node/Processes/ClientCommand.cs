using System.Runtime.Versioning;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>A command whose streams a client of the API holds, in a session of its own.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ClientCommand : INodeCommand
{
    private readonly int _process;
    private readonly PseudoTerminal? _terminal;
    private readonly Action _forget;

    private ClientCommand(int process, PseudoTerminal? terminal, Stream? input, Stream output, Stream? errors, Action forget)
    {
        _process = process;
        _terminal = terminal;
        _forget = forget;
        (Input, Output, Errors) = (input, output, errors);
        Exited = WaitAsync();
    }

    public Stream? Input { get; }

    public Stream Output { get; }

    public Stream? Errors { get; }

    public Task<int> Exited { get; }

    /// <param name="folder">Where its pipes are made.</param>
    /// <param name="started">Told the number of the process.</param>
    /// <param name="forget">Called when nothing of it is left.</param>
    /// <exception cref="StartException">It cannot be started.</exception>
    public static ClientCommand Start(ContainerLaunch launch, IReadOnlyList<string> command, bool hasInput, bool isTerminal, string folder, Action<int> started, Action forget)
    {
        var executable = CommandResolver.Resolve(launch, command[0]);
        Directory.CreateDirectory(folder);
        var running = isTerminal
            ? InTerminal(launch, executable, command, hasInput, started, forget)
            : OverPipes(launch, executable, command, hasInput, folder, started, forget);
        return running;
    }

    public void Resize(int columns, int rows) => _terminal?.Resize(columns, rows);

    public async ValueTask DisposeAsync()
    {
        // A group outlives its leader, and its number is not given out again while it does.
        Posix.Kill(-_process, Posix.SignalKill);
        await Exited;
        foreach (var stream in new[] { Input, Output, Errors })
        {
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }
        }

        _terminal?.Dispose();
        _forget();
    }

    private static ClientCommand InTerminal(
        ContainerLaunch launch, string executable, IReadOnlyList<string> command, bool hasInput, Action<int> started, Action forget)
    {
        var terminal = PseudoTerminal.Open();
        try
        {
            var environment = new Dictionary<string, string>(launch.Environment);
            environment.TryAdd("TERM", "xterm");
            var process = Checked(command, PosixSpawn.Start(
                executable, command, environment, launch.WorkingFolder, terminal.Name, terminal.Name, hasInput ? terminal.Name : "/dev/null", hasInput ? Posix.OpenReadWrite : 0));
            started(process);
            return new ClientCommand(process, terminal, hasInput ? terminal.Stream : null, terminal.Stream, null, forget);
        }
        catch
        {
            terminal.Dispose();
            throw;
        }
    }

    private static ClientCommand OverPipes(
        ContainerLaunch launch, string executable, IReadOnlyList<string> command, bool hasInput, string folder, Action<int> started, Action forget)
    {
        var streams = new List<Stream>();
        try
        {
            streams.Add(ProcessContainer.OpenPipe($"{folder}/stdout"));
            streams.Add(ProcessContainer.OpenPipe($"{folder}/stderr"));
            FileStream? input = null;
            int process;
            if (hasInput)
            {
                ProcessContainer.OpenPipe($"{folder}/stdin").Dispose();

                // Someone must have the pipe open for writing, lest the command wait for that; but this end must be none for reading when the
                // command has ended, lest a write wait for ever.
                using var hold = File.OpenHandle($"{folder}/stdin", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
                process = Checked(command, PosixSpawn.Start(
                    executable, command, launch.Environment, launch.WorkingFolder, $"{folder}/stdout", $"{folder}/stderr", $"{folder}/stdin"));
                input = new FileStream($"{folder}/stdin", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                streams.Add(input);
            }
            else
            {
                process = Checked(command, PosixSpawn.Start(executable, command, launch.Environment, launch.WorkingFolder, $"{folder}/stdout", $"{folder}/stderr"));
            }

            started(process);
            return new ClientCommand(process, null, input, streams[0], streams[1], forget);
        }
        catch
        {
            streams.ForEach(stream => stream.Dispose());
            throw;
        }
    }

    private static int Checked(IReadOnlyList<string> command, (int Process, int Error) start) => start.Error == 0
        ? start.Process
        : throw CommandResolver.Failed(command[0], new System.ComponentModel.Win32Exception(start.Error).Message.ToLowerInvariant());

    private async Task<int> WaitAsync()
    {
        var status = await ChildReaper.Shared.WaitAsync(_process);
        Posix.Kill(-_process, Posix.SignalKill);
        return Posix.HasExited(status) ? Posix.ExitStatus(status) : 128 + Posix.TerminationSignal(status);
    }
}
