using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>
/// Fills in a schema's defaults, in place: a property that is absent, or null where null is not allowed, takes its default; a null that
/// is neither allowed nor replaced goes.
/// </summary>
internal static class CustomDefaults
{
    public static void Apply(JsonNode? value, CustomSchema schema)
    {
        switch (value)
        {
            case JsonObject members:
                Apply(members, schema);
                break;
            case JsonArray items when schema.Items is { } item:
                foreach (var element in items)
                {
                    Apply(element, item);
                }

                break;
        }
    }

    private static void Apply(JsonObject members, CustomSchema schema)
    {
        foreach (var (name, property) in schema.Properties)
        {
            if (property.Default is not null && (!members.TryGetPropertyValue(name, out var present) || (present is null && !property.Nullable)))
            {
                members[name] = property.Default.DeepClone();
            }
        }

        foreach (var (name, member) in members.ToList())
        {
            if (schema.Child(name) is not { } child)
            {
                continue;
            }

            if (member is null && !child.Nullable)
            {
                members.Remove(name);
            }
            else
            {
                Apply(member, child);
            }
        }
    }
}
