using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.CustomResources;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>What a definition's author should know: formats that are not looked at, and rules that this cluster does not evaluate.</summary>
internal static class CustomResourceDefinitionWarnings
{
    public static void Add(JsonObject? stored, JsonObject resource, ICollection<string> warnings)
    {
        var known = new HashSet<string>(stored is null ? [] : Of(stored), StringComparer.Ordinal);
        foreach (var warning in Of(resource).Where(warning => known.Add(warning)))
        {
            warnings.Add(warning);
        }
    }

    private static IEnumerable<string> Of(JsonObject resource) => resource.Items("spec", "versions")
        .Select(version => version.Struct("schema", "openAPIV3Schema"))
        .OfType<JsonObject>()
        .SelectMany(schema => Of(CustomSchema.Parse(schema)));

    private static IEnumerable<string> Of(CustomSchema schema)
    {
        if (schema.Source.Text("format") is { Length: > 0 } format && !Formats.IsKnown(format))
        {
            yield return $"unrecognized format \"{format}\"";
        }

        if (schema.ListType == "set" && schema.Items?.Type is "object" or "array")
        {
            yield return $"x-kubernetes-list-type: set for items of type \"{schema.Items!.Type}\" is not supported by server-side apply or CEL validation rules";
        }

        foreach (var rule in schema.Rules.Where(rule => rule.Problem is not null))
        {
            yield return $"x-kubernetes-validations: this cluster does not evaluate the rule \"{rule.Rule}\": {rule.Problem}";
        }

        IEnumerable<CustomSchema?> children = [schema.Items, schema.AdditionalProperties, schema.Not, .. schema.Properties.Values, .. schema.AllOf, .. schema.AnyOf, .. schema.OneOf];
        foreach (var warning in children.OfType<CustomSchema>().SelectMany(Of))
        {
            yield return warning;
        }
    }
}
