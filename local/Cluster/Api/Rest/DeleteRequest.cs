namespace Scalelab.Cluster.Api.Rest;

/// <summary>The options of a deletion, already validated.</summary>
internal sealed record DeleteRequest
{
    public required UserInfo User { get; init; }

    public long? GracePeriodSeconds { get; init; }

    /// <summary><c>Background</c>, <c>Foreground</c> or <c>Orphan</c>; null leaves it to the finalizers that the object has.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>The deprecated form of the policy.</summary>
    public bool? OrphanDependents { get; init; }

    public string? PreconditionUid { get; init; }

    public string? PreconditionResourceVersion { get; init; }

    public bool DryRun { get; init; }
}
