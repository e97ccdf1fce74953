using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Kinds;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>From a custom resource definition to what the REST layer has to know of its kind, one definition a served version.</summary>
internal static class CustomKinds
{
    private static readonly ImmutableArray<string> Verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

    /// <param name="resource">The CustomResourceDefinition as stored.</param>
    public static IEnumerable<ResourceDefinition> Of(JsonObject resource)
    {
        var versions = resource.Items("spec", "versions").ToList();
        var storage = versions.Find(version => version.Flag("storage")).Text("name");
        var schemas = versions.ToDictionary(version => version.Text("name"), version => new Lazy<CustomSchema>(() => CustomSchema.Parse(Published(version))), StringComparer.Ordinal);
        return versions.Where(version => version.Flag("served")).Select(version => Of(resource, version, storage, schemas));
    }

    private static ResourceDefinition Of(JsonObject resource, JsonObject version, string storage, Dictionary<string, Lazy<CustomSchema>> schemas)
    {
        var names = resource.Struct("status", "acceptedNames");
        var (group, name) = (resource.Text("spec", "group"), version.Text("name"));
        var published = Published(version);
        var schema = schemas[name];
        var types = new Lazy<TypeSchema>(() => CustomTypes.Of(schema.Value, $"{string.Join('.', group.Split('.').Reverse())}.{name}.{names.Text("kind")}"));
        var subresources = version.Struct("subresources");
        var hasStatus = subresources?.ContainsKey("status") == true;
        var scale = Scale(subresources.Struct("scale"));
        var kind = names.Text("kind");
        return new ResourceDefinition
        {
            Group = group,
            Version = name,
            Kind = kind,
            ListKind = names.Text("listKind"),
            Plural = names.Text("plural"),
            Singular = names.Text("singular"),
            ShortNames = [.. names.Texts("shortNames")],
            Categories = [.. names.Texts("categories")],
            Namespaced = resource.Text("spec", "scope") == "Namespaced",
            Verbs = Verbs,
            PublishedSchema = published,
            SchemaSource = () => types.Value,
            StorageVersion = storage,
            ToStorage = name == storage ? null : value => Converted(value, group, storage, schemas),
            FromStorage = value => Converted(value, group, name, schemas),
            HasStatus = hasStatus,
            KeptByStatus = ["metadata"],
            TracksGeneration = true,
            CountsStatus = !hasStatus,
            AllowUnconditionalUpdate = false,
            AllowsPlainFinalizers = true,
            Scale = scale,
            SelectableFields = version.Items("selectableFields").Select(field => field.Text("jsonPath")).ToImmutableDictionary(path => path.TrimStart('.'), Selectable),
            Deprecation = version.Flag("deprecated") ? version["deprecationWarning"].Text() is { Length: > 0 } text ? text : $"{group}/{name} {kind} is deprecated" : null,
            Default = value => CustomDefaults.Apply(value, schema.Value),
            Validate = (stored, value, errors) => CustomValidation.Check(stored, value, schema.Value, scale, errors),
            ValidateStatus = (stored, value, errors) => CustomValidation.CheckStatus(stored, value, schema.Value, scale, errors),
            Warn = static (stored, value, warnings) => FinalizerWarnings.Add(stored, value, warnings),
            Columns = CustomColumns.Of(version),
        };
    }

    private static JsonObject Published(JsonObject version) => version.Struct("schema", "openAPIV3Schema") ?? [];

    /// <summary>
    /// An object in another version, by the strategy None: its fields stay, as far as both versions' schemas know them. What the schema of its own
    /// version has come to say since it was stored holds for it too: defaults, and fields that are no more.
    /// </summary>
    private static JsonObject Converted(JsonObject value, string group, string to, Dictionary<string, Lazy<CustomSchema>> schemas)
    {
        var from = value.Text("apiVersion")[(group.Length + 1)..];
        var converted = value;
        if (schemas.TryGetValue(from, out var former))
        {
            converted = new CustomReader(former.Value).Read(value, null);
            CustomDefaults.Apply(converted, former.Value);
        }

        if (from != to)
        {
            converted = new CustomReader(schemas[to].Value).Read(converted, null);
            converted["apiVersion"] = $"{group}/{to}";
        }

        return converted;
    }

    private static ScaleDefinition? Scale(JsonObject? scale) => scale is null
        ? null
        : new ScaleDefinition(scale.Text("specReplicasPath"), scale.Text("statusReplicasPath"), scale.Text("labelSelectorPath") is { Length: > 0 } selector ? selector : null);

    private static Func<JsonObject, string> Selectable(string path)
    {
        var parsed = new Lazy<JsonPath>(() => JsonPath.Parse(path));
        return value => parsed.Value.First(value) is { } found ? found.GetValueKind() == JsonValueKind.String ? found.GetValue<string>() : found.ToJsonString() : "";
    }
}
