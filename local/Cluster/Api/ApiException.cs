using k8s.Models;

namespace Scalelab.Cluster.Api;

/// <summary>An answer of the API other than success: the Status that goes over the wire.</summary>
public sealed class ApiException(V1Status status) : Exception(status.Message)
{
    public V1Status Status { get; } = status;

    /// <summary>The HTTP status code.</summary>
    public int Code => Status.Code ?? 500;

    /// <summary>The machine-readable reason, e.g. <c>NotFound</c>, <c>AlreadyExists</c>, <c>Conflict</c>, <c>Invalid</c>.</summary>
    public string Reason => Status.Reason ?? "";

    /// <summary>Where a list whose token expired can go on, inconsistently; null otherwise.</summary>
    public string? ContinueToken { get; init; }
}
