using System.Text.Json.Nodes;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Kinds;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Tests.Kinds;

/// <summary>Runs the hooks of a kind in the order of the REST layer, without a store.</summary>
internal static class KindPipeline
{
    public static ResourceDefinition Definition(string plural, string? apiVersion = null) =>
        KindRegistry.All.First(definition => definition.Plural == plural && (apiVersion is null || definition.ApiVersion == apiVersion));

    /// <summary>An object as a creation makes it, and what validation says of it.</summary>
    public static (JsonObject Resource, FieldErrors Errors) Create(ResourceDefinition definition, JsonObject body)
    {
        var resource = ObjectDecoder.Decode(body, definition.Schema);
        resource["apiVersion"] = definition.ApiVersion;
        resource["kind"] = definition.Kind;
        if (definition.HasStatus && !definition.KeepsStatusAtCreation)
        {
            resource.Remove("status");
        }

        definition.Default?.Invoke(resource);
        definition.PrepareForCreate?.Invoke(resource);
        var errors = new FieldErrors();
        MetadataRules.Validate(definition, resource, errors);
        definition.Validate?.Invoke(null, resource, errors);
        return (resource, errors);
    }

    public static (JsonObject Resource, FieldErrors Errors) Create(string plural, string body, string? apiVersion = null) => Create(Definition(plural, apiVersion), Json.Object(body));

    /// <summary>A stored object changed by a merge patch, as an update makes it.</summary>
    public static (JsonObject Resource, FieldErrors Errors) Update(ResourceDefinition definition, JsonObject stored, string patch)
    {
        var patched = Cluster.Api.Patch.MergePatch.Apply(stored, JsonNode.Parse(patch))!.AsObject();
        var resource = ObjectDecoder.Decode(patched, definition.Schema);
        definition.Default?.Invoke(resource);
        definition.PrepareForUpdate?.Invoke(stored, resource);
        var errors = new FieldErrors();
        definition.Validate?.Invoke(stored, resource, errors);
        return (resource, errors);
    }

    /// <summary>The cells of the one row that a table of the object has, by column.</summary>
    public static Dictionary<string, string> Cells(ResourceDefinition definition, JsonObject resource, DateTimeOffset now) =>
        definition.Columns.ToDictionary(column => column.Name, column => column.Value(resource, now)?.ToString() ?? "null");
}
