using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Patch;

/// <summary>
/// Server-side apply: merges a configuration into an object, keeps who owns which field, refuses to change what others own, and
/// removes what the applier no longer mentions and nobody else owns.
/// </summary>
public static class ServerSideApply
{
    /// <summary>The object with the configuration applied, before defaulting; it shares nothing with the arguments.</summary>
    /// <param name="live">The object as stored, in the version of <paramref name="schema"/>; null when there is none.</param>
    /// <param name="applied">The configuration.</param>
    /// <param name="manager">The applier.</param>
    /// <param name="force">True takes conflicting fields over; otherwise they are refused.</param>
    /// <param name="now">The time of the applier's entry. When nothing else changes, the former time stands, so that the object is the same.</param>
    /// <param name="subresource">The subresource that is applied to; null for the object itself.</param>
    /// <param name="kept">What the status endpoint resets besides the spec, by its path.</param>
    /// <exception cref="ApiException">409 with one cause a field when others own it; 400 when the configuration carries managedFields; 500 when it does not fit the schema.</exception>
    public static JsonObject Apply(JsonObject? live, JsonObject applied, string manager, bool force, TypeSchema schema, DateTimeOffset now, string? subresource, IReadOnlyList<string>? kept = null)
    {
        if ((applied["metadata"] as JsonObject)?["managedFields"] is not null)
        {
            throw Failure(400, "BadRequest", "metadata.managedFields must be nil");
        }

        Check(applied, schema);
        var apiVersion = applied["apiVersion"]?.ToString() ?? "";
        var current = ManagedFields.WithoutManagedFields(live) ?? ObjectDecoder.Empty(schema);
        var managed = ManagedFields.Read(live);

        var fields = Own(TypedValue.ToFieldSet(applied, schema), schema, subresource, kept);
        var entry = new ManagedFields.Entry(manager, true, apiVersion, subresource, subresource == "scale" ? null : now, fields);
        var former = managed.Entries.FirstOrDefault(entry.IsSameOwner);

        var merged = TypedValue.Merge(current, applied, schema)!.AsObject();
        if (former is not null)
        {
            merged = Prune(merged, managed, former, fields, schema);
        }

        var result = force ? Typed(merged, applied, schema) : TypedUnlessRefused(current, merged, applied, schema, written => RefuseConflicts(managed, former, Own(written, schema, subresource, kept), apiVersion));
        var comparison = TypedValue.Compare(current, result, schema);

        // What this endpoint resets is not changed by it, so that nobody can be in its way.
        var written = Own(comparison.Written, schema, subresource, kept);
        var removed = Own(comparison.Removed, schema, subresource, kept);
        if (!force)
        {
            RefuseConflicts(managed, former, written, apiVersion);
        }

        if (former is not null && comparison.IsSame && former.Fields.SetEquals(fields) && former.ApiVersion == apiVersion)
        {
            return live!.DeepClone().AsObject();
        }

        managed.Disown(written, removed, apiVersion, former);
        managed.Replace(former, entry);
        managed.Write(result);
        return result;
    }

    private static void Check(JsonObject applied, TypeSchema schema)
    {
        var errors = TypedValue.Validate(applied, schema);
        if (errors.Count == 0)
        {
            return;
        }

        var text = errors.Count == 1 ? errors[0] : "errors:\n" + string.Join('\n', errors.Select(error => "  " + error));
        throw Failure(500, null, $"failed to create typed patch object ({Described(applied)}): {text}");
    }

    /// <summary>A field that others own is told before a value that is none for its field.</summary>
    private static JsonObject TypedUnlessRefused(JsonNode? current, JsonObject merged, JsonObject applied, TypeSchema schema, Action<FieldSet> refuse)
    {
        try
        {
            return Typed(merged, applied, schema);
        }
        catch (ApiException)
        {
            refuse(TypedValue.Compare(current, merged, schema).Written);
            throw;
        }
    }

    private static JsonObject Typed(JsonObject merged, JsonObject applied, TypeSchema schema)
    {
        try
        {
            return ObjectDecoder.Decode(merged, schema, converts: true);
        }
        catch (DecodeException error)
        {
            throw Failure(500, null, $"failed to convert new object ({Described(applied)}) to proper version: unable to convert unstructured object to {TypeOf(applied)}: {error.ConversionMessage}");
        }
    }

    private static string Described(JsonObject applied)
    {
        var metadata = applied["metadata"] as JsonObject;
        return $"{TextOf(metadata?["namespace"])}/{TextOf(metadata?["name"])}; {TypeOf(applied)}";
    }

    private static string TypeOf(JsonObject applied) =>
        TextOf(applied["apiVersion"]) is var version && version.Contains('/', StringComparison.Ordinal) ? $"{version}, Kind={TextOf(applied["kind"])}" : $"/{version}, Kind={TextOf(applied["kind"])}";

    private static string TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    /// <summary>What a configuration owns: neither what the server writes, nor the part that the other endpoint (object or status) resets.</summary>
    private static FieldSet Own(FieldSet fields, TypeSchema schema, string? subresource, IReadOnlyList<string>? kept)
    {
        ManagedFields.OwnedByClients(fields);
        if (subresource == "status")
        {
            fields.Remove("f:spec");
            foreach (var name in kept ?? [])
            {
                fields.Remove([.. name.Split('.').Select(part => "f:" + part)]);
            }
        }
        else if (schema.Fields.ContainsKey("status"))
        {
            fields.Remove("f:status");
        }

        return fields;
    }

    /// <summary>Removes what the applier owned and applies no more, unless others own it or something under it.</summary>
    private static JsonObject Prune(JsonObject merged, ManagedFields managed, ManagedFields.Entry former, FieldSet fields, TypeSchema schema)
    {
        FieldSet Named(FieldSet set) => TypedValue.WithNamedFields(set, schema);
        FieldSet Present(JsonNode? value) => Named(TypedValue.ToFieldSet(value, schema));

        var last = Named(former.Fields);
        var all = Present(merged);
        var owned = managed.Entries.Where(other => other != former).Aggregate(fields, (sum, other) => sum.Union(other.Fields));
        var bare = TypedValue.Remove(merged, last, schema);
        var unowned = all.Difference(Present(bare).Union(Named(owned)));
        var pruned = TypedValue.Remove(merged, unowned, schema);
        var dangling = all.Difference(Present(pruned)).Intersection(former.Fields);
        return TypedValue.Remove(merged, dangling, schema) as JsonObject ?? [];
    }

    private static void RefuseConflicts(ManagedFields managed, ManagedFields.Entry? former, FieldSet written, string apiVersion)
    {
        var conflicts = managed.Entries
            .Where(entry => entry != former && entry.ApiVersion == apiVersion)
            .OrderBy(entry => entry.Manager, StringComparer.Ordinal)
            .Select(entry => (Owner: Print(entry), Paths: entry.Fields.Intersection(written).Paths().ToList()))
            .Where(conflict => conflict.Paths.Count > 0)
            .ToList();
        var count = conflicts.Sum(conflict => conflict.Paths.Count);
        if (count == 0)
        {
            return;
        }

        var message = count == 1
            ? $"Apply failed with 1 conflict: conflict with {conflicts[0].Owner}: {conflicts[0].Paths[0]}"
            : $"Apply failed with {count} conflicts: " + string.Join('\n', conflicts.Select(conflict =>
                string.Join('\n', conflict.Paths.Select(path => "- " + path).Prepend($"conflicts with {conflict.Owner}:"))));
        var causes = conflicts.SelectMany(conflict => conflict.Paths.Select(path =>
            new V1StatusCause { Reason = "FieldManagerConflict", Message = $"conflict with {conflict.Owner}", Field = path }));
        throw new ApiException(new V1Status
        {
            Status = "Failure",
            Message = message,
            Reason = "Conflict",
            Details = new V1StatusDetails { Causes = [.. causes] },
            Code = 409,
        });
    }

    private static string Print(ManagedFields.Entry entry)
    {
        var text = $"\"{entry.Manager}\"";
        if (entry.Subresource is not null)
        {
            text += $" with subresource \"{entry.Subresource}\"";
        }

        return entry.IsApplied ? text : $"{text} using {entry.ApiVersion}";
    }

    private static ApiException Failure(int code, string? reason, string message) => new(new V1Status { Status = "Failure", Message = message, Reason = reason, Code = code });
}
