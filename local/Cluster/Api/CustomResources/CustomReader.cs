using System.Globalization;
using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>
/// Reads custom resources: what the schema does not specify is pruned (and named), metadata is read as every kind's, all other values
/// stay as they are given, because their schema is judged by validation.
/// </summary>
internal sealed class CustomReader(CustomSchema schema)
{
    public JsonObject Read(JsonObject source, ICollection<string>? unknown) => Whole(source, schema, "", unknown);

    private static JsonObject Whole(JsonObject source, CustomSchema schema, string path, ICollection<string>? unknown)
    {
        var result = new JsonObject();
        foreach (var (name, value) in source)
        {
            var place = Join(path, name);
            switch (name)
            {
                case "apiVersion" or "kind":
                    result.Add(name, value?.DeepClone());
                    break;
                case "metadata" when value is JsonObject metadata:
                    result.Add(name, Metadata(metadata, place, unknown));
                    break;
                case "metadata":
                    result.Add(name, value?.DeepClone());
                    break;
                default:
                    Member(result, name, value, schema, place, unknown);
                    break;
            }
        }

        return result;
    }

    private static JsonObject Metadata(JsonObject metadata, string path, ICollection<string>? unknown)
    {
        var problems = unknown is null ? null : new List<string>();
        var result = ObjectDecoder.Decode(metadata, ModelSchemas.Of<V1ObjectMeta>(), problems);
        foreach (var problem in problems ?? [])
        {
            unknown!.Add(problem.Replace("unknown field \"", $"unknown field \"{path}.", StringComparison.Ordinal));
        }

        return result;
    }

    private static void Member(JsonObject result, string name, JsonNode? value, CustomSchema schema, string path, ICollection<string>? unknown)
    {
        if (schema.Child(name) is { } child)
        {
            result.Add(name, Value(value, child, path, unknown));
        }
        else if (schema.PreservesUnknown || schema.AllowsAdditional)
        {
            result.Add(name, value?.DeepClone());
        }
        else
        {
            unknown?.Add($"unknown field \"{path}\"");
        }
    }

    private static JsonNode? Value(JsonNode? value, CustomSchema schema, string path, ICollection<string>? unknown)
    {
        switch (value)
        {
            case JsonObject members when schema.IsEmbedded:
                return Whole(members, schema, path, unknown);
            case JsonObject members:
                var result = new JsonObject();
                foreach (var (name, member) in members)
                {
                    Member(result, name, member, schema, Join(path, name), unknown);
                }

                return result;
            case JsonArray items when schema.Items is { } item:
                return new JsonArray([.. items.Select((element, index) => Value(element, item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), unknown))]);
            default:
                return value?.DeepClone();
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
