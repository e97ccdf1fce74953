using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Node;

/// <summary>What the pods' containers print, for the <c>log</c> subresource.</summary>
public interface INodeLogs
{
    /// <summary>
    /// Copies a container's log to <paramref name="destination"/>, flushing whenever no more is there for now. Returns at the end
    /// of the log; when following, once the container has ended. Throws <see cref="ApiException"/> with kubelet's words (400 while the
    /// container waits to start or has no previous run) before the first byte is written.
    /// </summary>
    Task CopyLogsAsync(V1Pod pod, PodLogOptions options, Stream destination, CancellationToken cancellationToken);
}

/// <summary>Which part of a log is wanted; the fields of core/v1 PodLogOptions.</summary>
public sealed record PodLogOptions
{
    /// <summary>The container's name; the caller has checked that the pod has it.</summary>
    public required string Container { get; init; }

    /// <summary>Keep sending what is printed until the container ends.</summary>
    public bool Follow { get; init; }

    /// <summary>The run before the present one.</summary>
    public bool Previous { get; init; }

    /// <summary>Put an RFC 3339 time before each line.</summary>
    public bool Timestamps { get; init; }

    /// <summary>Only so many lines from the end; null for all, 0 for none (of what is there already).</summary>
    public long? TailLines { get; init; }

    /// <summary>Stop after so many bytes; null for no limit.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>Only lines not older than this; null for all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary><c>Stdout</c> or <c>Stderr</c>; null (or <c>All</c>) for both.</summary>
    public string? Stream { get; init; }
}
