using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Kinds;
using Scalelab.Cluster.Api.Patch;

namespace Scalelab.Cluster.Api.Rest;

/// <summary>Keeps metadata.managedFields on ordinary writes.</summary>
internal static class FieldTracking
{
    public static void Track(ResourceDefinition definition, JsonObject? old, JsonObject value, WriteRequest request, DateTimeOffset now) =>
        ManagedFields.Track(old, value, request.FieldManager, definition.ApiVersion, definition.Schema, now, request.Subresource.Length == 0 ? null : request.Subresource,
            version => KindRegistry.Conversion(definition, version),
            isTaken: request.Subresource != "scale" || value.At(definition.Scale!.SpecReplicasPath)?.ToJsonString() is not (null or "0"));
}
