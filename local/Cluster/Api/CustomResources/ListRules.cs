using System.Globalization;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>Lists that are sets hold no value twice, lists that are maps no key twice.</summary>
internal static class ListRules
{
    public static void Check(JsonNode? value, CustomSchema schema, string path, FieldErrors errors)
    {
        switch (value)
        {
            case JsonArray items:
                Unique(items, schema, path, errors);
                for (var index = 0; schema.Items is { } item && index < items.Count; index++)
                {
                    Check(items[index], item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), errors);
                }

                break;
            case JsonObject members:
                foreach (var (name, member) in members)
                {
                    if (schema.Properties.TryGetValue(name, out var property))
                    {
                        Check(member, property, path.Length == 0 ? name : $"{path}.{name}", errors);
                    }
                    else if (schema.AdditionalProperties is { } values)
                    {
                        Check(member, values, $"{path}[{name}]", errors);
                    }
                }

                break;
        }
    }

    private static void Unique(JsonArray items, CustomSchema schema, string path, FieldErrors errors)
    {
        if (schema.ListType is not ("set" or "map"))
        {
            return;
        }

        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var index = 0; index < items.Count; index++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");
            var identity = items[index];
            if (schema.ListType == "map")
            {
                if (identity is not (null or JsonObject))
                {
                    errors.Invalid(place, identity, "must be an object for an array of list-type map");
                    return;
                }

                identity = new JsonObject(schema.ListMapKeys
                    .Where(key => items[index] is JsonObject item && item.ContainsKey(key))
                    .Select(key => KeyValuePair.Create(key, items[index]![key]?.DeepClone())));
            }

            var text = identity?.ToJsonString() ?? "null";
            var times = seen.GetValueOrDefault(text);
            seen[text] = times + 1;
            if (times == 1)
            {
                errors.Duplicate(place, identity);
            }
        }
    }
}
