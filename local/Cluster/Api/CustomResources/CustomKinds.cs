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
        var storage = resource.Items("spec", "versions").FirstOrDefault(version => version.Flag("storage")).Text("name");
        return resource.Items("spec", "versions").Where(version => version.Flag("served")).Select(version => Of(resource, version, storage));
    }

    private static ResourceDefinition Of(JsonObject resource, JsonObject version, string storage)
    {
        var names = resource.Struct("status", "acceptedNames");
        var (group, name) = (resource.Text("spec", "group"), version.Text("name"));
        var published = version.Struct("schema", "openAPIV3Schema") ?? [];
        var schema = new Lazy<CustomSchema>(() => CustomSchema.Parse(published));
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
            ToStorage = name == storage ? null : value => With(value, $"{group}/{storage}"),
            FromStorage = value => With(value, $"{group}/{name}"),
            HasStatus = hasStatus,
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

    private static JsonObject With(JsonObject value, string apiVersion)
    {
        var converted = value.DeepClone().AsObject();
        converted["apiVersion"] = apiVersion;
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
