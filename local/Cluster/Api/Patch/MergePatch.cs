using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Patch;

/// <summary>JSON Merge Patch, RFC 7386.</summary>
public static class MergePatch
{
    /// <summary>The patched value; neither argument is changed, and nothing is shared with them.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var result = target is JsonObject existing ? existing.DeepClone().AsObject() : [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                result.Remove(name);
            }
            else
            {
                result[name] = Apply(result[name], value);
            }
        }

        return result;
    }
}
