using Scalelab.Cluster.Node.Limits;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>Runs containers. The real one starts processes, the tests' one pretends to.</summary>
internal interface IPodRuntime
{
    /// <summary>Starts a container. Throws <see cref="StartException"/> where the command cannot be started.</summary>
    Task<IContainer> StartAsync(ContainerLaunch launch, CancellationToken cancellationToken);

    /// <summary>
    /// Runs a command in the surroundings of a container (its folder, its environment) and returns when it has ended. Cancelling
    /// kills it and whatever it started. Throws <see cref="StartException"/> where it cannot be started.
    /// </summary>
    Task<ExecResult> ExecAsync(ContainerLaunch launch, IReadOnlyList<string> command, CancellationToken cancellationToken);

    /// <summary>Takes over a container that an earlier daemon started and that still runs; null when there is none.</summary>
    /// <param name="stateFolder">The folder that it was started with.</param>
    AdoptedContainer? Adopt(string stateFolder);
}

/// <summary>A container that outlived the daemon which had started it.</summary>
/// <param name="Launch">What it was started with.</param>
internal sealed record AdoptedContainer(IContainer Container, ContainerLaunch Launch);

/// <summary>A started container.</summary>
internal interface IContainer
{
    /// <summary>64 hexadecimal digits, as container runtimes name their containers.</summary>
    string Id { get; }

    DateTimeOffset StartedAt { get; }

    /// <summary>Completes when the container's main process has ended, nothing it started is left, and its last output is in the log.</summary>
    Task<ContainerExit> Exited { get; }

    /// <summary>Asks the main process to end (SIGTERM, or the image's stop signal).</summary>
    void Terminate();

    /// <summary>Ends every process of the container at once (SIGKILL).</summary>
    void Kill();
}

/// <summary>What a container is started with; every path is one of this machine.</summary>
internal sealed record ContainerLaunch
{
    /// <summary>The executable and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required string WorkingFolder { get; init; }

    /// <summary>The unpacked image, in which the names of commands are looked up first.</summary>
    public required string RootFolder { get; init; }

    /// <summary>Where the runtime keeps what belongs to this run of the container.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Where the output goes.</summary>
    public required string LogPath { get; init; }

    /// <summary>What it may use, as far as this machine can hold it to that.</summary>
    public ResourceLimits Limits { get; init; } = new(null, null, null);

    /// <summary>How often the container had been started before.</summary>
    public int Run { get; init; }

    /// <summary>The pod's address, which a successor of this daemon must not give to another pod.</summary>
    public string PodIP { get; init; } = "";

    /// <summary>The image's stop signal, e.g. <c>SIGQUIT</c>; null for SIGTERM.</summary>
    public string? StopSignal { get; init; }
}

/// <param name="ExitCode">The process's exit code, or 128 plus the number of the signal that ended it; 255 where nobody knows.</param>
/// <param name="Signal">The signal that ended the process; null when it ended by itself.</param>
internal sealed record ContainerExit(int ExitCode, int? Signal, DateTimeOffset FinishedAt)
{
    /// <summary>The exit code of a process whose parent was an earlier daemon. containerd reports the same number then.</summary>
    public const int UnknownCode = 255;

    /// <summary>True when the kernel killed the process, or one that it had started, because the container was over its memory limit.</summary>
    public bool OutOfMemory { get; init; }

    /// <summary>True when the system did not tell how the process ended.</summary>
    public bool Unknown { get; init; }
}

/// <param name="Output">What the command printed, standard output and error together; the first 10 KiB.</param>
internal sealed record ExecResult(int ExitCode, string Output);

/// <summary>A command that cannot be started; the message has a container runtime's words.</summary>
internal sealed class StartException(string message) : Exception(message);
