using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The status of a new object: nothing of what a client says, only what is never absent.</summary>
internal static class StatusReset
{
    public static void Empty(JsonObject resource, TypeSchema schema) => resource["status"] = ObjectDecoder.Empty(schema.Child("status")!);
}
