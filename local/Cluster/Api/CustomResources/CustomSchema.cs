using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Kinds;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>
/// A structural schema (a JSONSchemaProps of a custom resource definition), parsed. Words that the cluster does not look at stay in
/// <see cref="Source"/>.
/// </summary>
internal sealed class CustomSchema
{
    public static readonly CustomSchema Empty = new([]);

    private CustomSchema(JsonObject source)
    {
        Source = source;
        Type = source.Text("type");
        Nullable = source.Flag("nullable");
        Default = source["default"];
        PreservesUnknown = source.Flag("x-kubernetes-preserve-unknown-fields");
        IsEmbedded = source.Flag("x-kubernetes-embedded-resource");
        IsIntOrString = source.Flag("x-kubernetes-int-or-string");
        ListType = source.Text("x-kubernetes-list-type");
        ListMapKeys = [.. source.Texts("x-kubernetes-list-map-keys")];
        MapType = source.Text("x-kubernetes-map-type");
        Required = [.. source.Texts("required")];
        Properties = source.Entries("properties")
            .Where(entry => entry.Value is JsonObject)
            .ToImmutableSortedDictionary(entry => entry.Key, entry => Parse(entry.Value as JsonObject), StringComparer.Ordinal);
        Items = source["items"] is JsonObject items ? Parse(items) : null;
        AdditionalProperties = source["additionalProperties"] is JsonObject values ? Parse(values) : null;
        AllowsAdditional = AdditionalProperties is not null || source.Flag("additionalProperties");
        AllOf = Several("allOf");
        AnyOf = Several("anyOf");
        OneOf = Several("oneOf");
        Not = source["not"] is JsonObject not ? Parse(not) : null;
        Rules = [.. source.Items("x-kubernetes-validations").Select(rule => new CustomRule(rule))];
        Constraints = source.Any(word => ValueConstraints.IsKnown(word.Key)) ? source : null;
    }

    public JsonObject Source { get; }

    /// <summary>Empty where the schema names none.</summary>
    public string Type { get; }

    public bool Nullable { get; }

    public JsonNode? Default { get; }

    public bool PreservesUnknown { get; }

    /// <summary>True for a whole object with apiVersion, kind and metadata of its own.</summary>
    public bool IsEmbedded { get; }

    public bool IsIntOrString { get; }

    /// <summary><c>set</c>, <c>map</c>, <c>atomic</c> or empty.</summary>
    public string ListType { get; }

    public ImmutableArray<string> ListMapKeys { get; }

    public string MapType { get; }

    public ImmutableArray<string> Required { get; }

    public ImmutableSortedDictionary<string, CustomSchema> Properties { get; }

    public CustomSchema? Items { get; }

    public CustomSchema? AdditionalProperties { get; }

    public bool AllowsAdditional { get; }

    public ImmutableArray<CustomSchema> AllOf { get; }

    public ImmutableArray<CustomSchema> AnyOf { get; }

    public ImmutableArray<CustomSchema> OneOf { get; }

    public CustomSchema? Not { get; }

    public ImmutableArray<CustomRule> Rules { get; }

    /// <summary>The schema itself where it bounds values, otherwise null.</summary>
    public JsonObject? Constraints { get; }

    public static CustomSchema Parse(JsonObject? source) => source is null ? Empty : new CustomSchema(source);

    /// <summary>The schema under a property name; null where the schema says nothing of it.</summary>
    public CustomSchema? Child(string name) => Properties.GetValueOrDefault(name) ?? AdditionalProperties;

    /// <summary>True for the two spellings by which <c>x-kubernetes-int-or-string</c> may repeat itself in value validation.</summary>
    public static bool IsIntOrStringPattern(ImmutableArray<CustomSchema> alternatives) => alternatives is [var first, var second]
        && IsBareType(first, "integer") && IsBareType(second, "string");

    private static bool IsBareType(CustomSchema schema, string type) => schema.Source.Count == 1 && schema.Source["type"]?.GetValueKind() == JsonValueKind.String && schema.Type == type;

    private ImmutableArray<CustomSchema> Several(string word) => [.. Source.Items(word).Select(Parse)];
}
