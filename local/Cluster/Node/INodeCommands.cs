using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Node;

/// <summary>Commands in the pods' containers and connections to their ports, for the <c>exec</c> and <c>portforward</c> subresources.</summary>
public interface INodeCommands
{
    /// <summary>Starts a command in the surroundings of a running container.</summary>
    /// <exception cref="ApiException">500 with kubelet's words: the container does not run, or the command cannot be started.</exception>
    Task<INodeCommand> StartAsync(V1Pod pod, NodeCommandOptions options, CancellationToken cancellationToken);
}

/// <summary>What is to be run; the fields of core/v1 PodExecOptions.</summary>
public sealed record NodeCommandOptions
{
    /// <summary>The container's name; the caller has checked that the pod has it.</summary>
    public required string Container { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Whether the client has an input; without, the command reads the end at once.</summary>
    public bool Input { get; init; }

    /// <summary>Run it in a terminal, in which output and error are one.</summary>
    public bool Terminal { get; init; }
}

/// <summary>A command that runs for a client; disposing ends it and whatever it started.</summary>
public interface INodeCommand : IAsyncDisposable
{
    /// <summary>Takes what the command reads; null where there is no input. Disposing it is the end of the input.</summary>
    Stream? Input { get; }

    Stream Output { get; }

    /// <summary>Null in a terminal.</summary>
    Stream? Errors { get; }

    /// <summary>The exit code, or 128 plus the number of the signal that ended the command.</summary>
    Task<int> Exited { get; }

    /// <summary>Tells a terminal how large its window is; nothing where there is none.</summary>
    void Resize(int columns, int rows);
}
