using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>
/// Ignored changes under server-side apply: an ignored field that another manager owns is left out, so that it stays theirs; one that is
/// ours is sent as it is now, since leaving it out would remove it.
/// </summary>
internal static class IgnoredFields
{
    public static JsonObject Yield(JsonObject body, JsonObject live, IReadOnlyList<PropertyPath> ignored, string manager)
    {
        var wanted = PlainJson.FromJson(body);
        var actual = PlainJson.FromJson(live);
        var owned = live.Items("metadata", "managedFields").FirstOrDefault(entry => entry.Text("manager") == manager && entry.Text("operation") == "Apply")?["fieldsV1"];
        foreach (var path in ignored)
        {
            wanted = (PropertyMap)path.Overwrite(wanted, IsOwned(owned, path) ? actual : PropertyMap.Empty);
        }

        return PlainJson.ToJson(wanted);
    }

    // Items of lists are keyed by their content there; a path that goes through one is looked at up to the list.
    private static bool IsOwned(JsonNode? fields, PropertyPath path)
    {
        foreach (var part in path.Parts)
        {
            if (part is not string name || name == "*")
            {
                break;
            }

            fields = fields.At($"f:{name}");
        }

        return fields is not null;
    }
}
