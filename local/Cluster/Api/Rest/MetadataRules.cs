using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Kinds;

namespace Scalelab.Cluster.Api.Rest;

/// <summary>The validation of metadata that all kinds share (apimachinery's api/validation/objectmeta).</summary>
internal static class MetadataRules
{
    private const int MaximumAnnotationBytes = 256 * 1024;

    private static readonly string[] StandardFinalizers = ["kubernetes", "orphan", "foregroundDeletion"];

    public static void Validate(ResourceDefinition definition, JsonObject value, FieldErrors errors)
    {
        var metadata = value.Metadata();
        if (metadata.Text("generateName") is { Length: > 0 } prefix && definition.ValidateName(prefix, true) is { } prefixProblem)
        {
            errors.Invalid("metadata.generateName", prefix, prefixProblem);
        }

        if (metadata.Text("name") is not { Length: > 0 } name)
        {
            errors.Required("metadata.name", "name or generateName is required");
        }
        else if (definition.ValidateName(name, false) is { } problem)
        {
            errors.Invalid("metadata.name", name, problem);
        }

        if (definition.Namespaced && metadata.Text("namespace") is { } namespaceName && NameRules.DnsLabel(namespaceName, false) is { } namespaceProblem)
        {
            errors.Invalid("metadata.namespace", namespaceName, namespaceProblem);
        }

        ValidateShared(definition, metadata, errors);
    }

    public static void ValidateUpdate(ResourceDefinition definition, JsonObject old, JsonObject value, FieldErrors errors)
    {
        var (before, after) = (old.Metadata(), value.Metadata());
        if (before["deletionTimestamp"] is not null)
        {
            var known = Strings(before.Array("finalizers"));
            var added = Strings(after.Array("finalizers")).Where(finalizer => !known.Contains(finalizer)).ToList();
            if (added.Count > 0)
            {
                var list = string.Join(", ", added.Order(StringComparer.Ordinal).Select(finalizer => $"\"{finalizer}\""));
                errors.Forbidden("metadata.finalizers", $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{list}}}");
            }
        }

        foreach (var field in (string[])["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"])
        {
            if (!JsonNode.DeepEquals(before[field], after[field]))
            {
                errors.Invalid($"metadata.{field}", after[field], "field is immutable");
            }
        }

        ValidateShared(definition, after, errors);
    }

    public static IReadOnlyList<string> Strings(JsonArray? array) => array is null
        ? []
        : [.. array.OfType<JsonValue>().Where(item => item.GetValueKind() == JsonValueKind.String).Select(item => item.GetValue<string>())];

    public static void ValidateLabels(JsonObject? labels, string path, FieldErrors errors)
    {
        foreach (var (key, value) in labels ?? [])
        {
            foreach (var problem in LabelRules.Key(key))
            {
                errors.Invalid(path, key, problem);
            }

            if (value is JsonValue text && text.GetValueKind() == JsonValueKind.String)
            {
                foreach (var problem in LabelRules.Value(text.GetValue<string>()))
                {
                    errors.Invalid(path, text.GetValue<string>(), problem);
                }
            }
        }
    }

    private static void ValidateShared(ResourceDefinition definition, JsonObject metadata, FieldErrors errors)
    {
        if (metadata.Number("generation") is < 0 and var generation)
        {
            errors.Invalid("metadata.generation", generation, "must be greater than or equal to 0");
        }

        ValidateLabels(metadata.Object("labels"), "metadata.labels", errors);
        ValidateAnnotations(metadata.Object("annotations"), errors);
        ValidateOwners(metadata.Array("ownerReferences"), errors);
        ValidateFinalizers(definition, metadata.Array("finalizers"), errors);
    }

    private static void ValidateAnnotations(JsonObject? annotations, FieldErrors errors)
    {
        var bytes = 0L;
        foreach (var (key, value) in annotations ?? [])
        {
            foreach (var problem in LabelRules.Key(key.ToLowerInvariant()))
            {
                errors.Invalid("metadata.annotations", key, problem);
            }

            bytes += Encoding.UTF8.GetByteCount(key) + (value is JsonValue text && text.GetValueKind() == JsonValueKind.String ? Encoding.UTF8.GetByteCount(text.GetValue<string>()) : 0);
        }

        if (bytes > MaximumAnnotationBytes)
        {
            errors.TooLong("metadata.annotations", MaximumAnnotationBytes);
        }
    }

    private static void ValidateOwners(JsonArray? owners, FieldErrors errors)
    {
        string? controller = null;
        for (var index = 0; index < (owners?.Count ?? 0); index++)
        {
            const string path = "metadata.ownerReferences";
            if (owners![index] is not JsonObject owner)
            {
                continue;
            }

            var version = owner.Text("apiVersion") ?? "";
            if (version.Length == 0 || version.Split('/') is not ([_] or [_, _]) || version.EndsWith('/'))
            {
                errors.Invalid($"{path}.apiVersion", version, "version must not be empty");
            }

            foreach (var (field, text) in (ReadOnlySpan<(string, string)>)[("kind", "must not be empty"), ("name", "must not be empty"), ("uid", "must not be empty")])
            {
                if (owner.Text(field) is not { Length: > 0 })
                {
                    errors.Invalid($"{path}.{field}", "", text);
                }
            }

            if (version == "v1" && owner.Text("kind") == "Event")
            {
                errors.Invalid(path, version + ", Kind=Event", "/v1, Kind=Event is disallowed from being an owner");
            }

            if (owner.Flag("controller") == true)
            {
                if (controller is not null)
                {
                    errors.Invalid(
                        "metadata.ownerReferences",
                        owners.DeepClone(),
                        $"Only one reference can have Controller set to true. Found \"true\" in references for {controller} and {owner.Text("name")}");
                }
                else
                {
                    controller = owner.Text("name");
                }
            }
        }
    }

    private static void ValidateFinalizers(ResourceDefinition definition, JsonArray? finalizers, FieldErrors errors)
    {
        var names = Strings(finalizers);
        for (var index = 0; index < names.Count; index++)
        {
            var problems = LabelRules.Key(names[index]).ToList();
            foreach (var problem in problems)
            {
                errors.Invalid("metadata.finalizers", names[index], problem);
            }

            if (problems.Count == 0 && !definition.AllowsPlainFinalizers && !names[index].Contains('/') && !StandardFinalizers.Contains(names[index]))
            {
                errors.Invalid($"metadata.finalizers[{index}]", names[index], "name is neither a standard finalizer name nor is it fully qualified");
            }
        }

        if (names.Contains("orphan") && names.Contains("foregroundDeletion"))
        {
            errors.Invalid("metadata.finalizers", finalizers!.DeepClone(), "finalizer orphan and foregroundDeletion cannot be both set");
        }
    }
}
