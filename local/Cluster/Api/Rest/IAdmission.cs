using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Rest;

/// <summary>Checks and changes that need to see other objects.</summary>
internal interface IAdmission
{
    /// <summary>Refuses or completes an object before it is validated.</summary>
    ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken);

    /// <summary>Refuses a deletion.</summary>
    ValueTask AdmitDeleteAsync(ResourceDefinition definition, JsonObject value, DeleteRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Gives a valid object what only the server gives out (addresses, ports), and holds it until the write is over: nobody else
    /// gets the same in between. Null where nothing is given out.
    /// </summary>
    ValueTask<IDisposable?> ReserveAsync(AdmissionRequest request, CancellationToken cancellationToken);
}

/// <param name="Value">The object to be written; may be changed in place.</param>
/// <param name="Old">The stored object; null at creation.</param>
internal sealed record AdmissionRequest(ResourceDefinition Definition, string? Namespace, JsonObject Value, JsonObject? Old, WriteRequest Write);
