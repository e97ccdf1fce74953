using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Patch;

/// <summary>How an object looks in another version of its kind.</summary>
/// <param name="Convert">Gives the object in that version; the argument is not changed.</param>
/// <param name="Schema">The fields in that version.</param>
public sealed record VersionConversion(Func<JsonObject, JsonObject> Convert, TypeSchema Schema);
