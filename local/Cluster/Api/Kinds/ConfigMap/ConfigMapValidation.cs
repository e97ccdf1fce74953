using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

internal static class ConfigMapValidation
{
    private const int MaximumBytes = 1024 * 1024;

    public static void Validate(JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        if (stored is not null)
        {
            DataRules.KeepImmutable(stored, resource, ["data", "binaryData"], errors);
        }

        foreach (var (key, _) in resource.Entries("data"))
        {
            DataRules.Key(key, $"data[{key}]", errors);
            if (resource.At("binaryData", key) is not null)
            {
                errors.Invalid($"data[{key}]", key, "duplicate of key present in binaryData");
            }
        }

        foreach (var (key, _) in resource.Entries("binaryData"))
        {
            DataRules.Key(key, $"binaryData[{key}]", errors);
        }

        if (DataRules.Bytes(resource.Entries("data")) + DataRules.DecodedBytes(resource.Entries("binaryData")) > MaximumBytes)
        {
            errors.TooLong("[]", MaximumBytes);
        }
    }
}
