using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>
/// What applying the new inputs would change: the object as it is beside the object as a dry run on the server foretells it. What the
/// server fills in, writes in another way (1000m and 1) or keeps for others is the same in both, and so is no difference.
/// </summary>
internal static class DryRunDiff
{
    /// <param name="live">The object as it is.</param>
    /// <param name="foretold">The same after the dry run.</param>
    /// <param name="oldInputs">What the program declared.</param>
    /// <param name="newInputs">What it declares.</param>
    /// <param name="manager">Whose fields ours are.</param>
    public static IReadOnlyList<PropertyDifference> Compare(JsonObject live, JsonObject foretold, PropertyMap oldInputs, PropertyMap newInputs, string manager)
    {
        var differences = new List<PropertyDifference>();
        Compare(PropertyPath.Root, PlainJson.FromJson(live), PlainJson.FromJson(foretold), oldInputs, newInputs, differences);
        if (!JsonNode.DeepEquals(Owned(live, manager), Owned(foretold, manager)))
        {
            // Fields that become ours, or cease to be, keep their value now, but not for ever.
            differences.AddRange(PropertyDiff.Compare(oldInputs, newInputs).Where(difference =>
                (difference.Old is null || difference.New is null)
                && !IsEmpty(difference.Old ?? difference.New)
                && !differences.Exists(known => known.Path.Touches(difference.Path))));
        }

        return differences;
    }

    private static void Compare(PropertyPath path, PropertyValue? live, PropertyValue? foretold, PropertyValue? oldShape, PropertyValue? newShape, List<PropertyDifference> differences)
    {
        switch (live, foretold)
        {
            case (PropertyMap from, PropertyMap to) when oldShape is PropertyMap || newShape is PropertyMap:
                var (oldMap, newMap) = (oldShape as PropertyMap, newShape as PropertyMap);
                foreach (var key in (oldMap?.Keys ?? []).Union(newMap?.Keys ?? []))
                {
                    Compare(path.Append(key), Find(from, key), Find(to, key), Find(oldMap, key), Find(newMap, key), differences);
                }

                break;
            case (ListValue { Items: var from }, ListValue { Items: var to }):
                var (oldItems, newItems) = ((oldShape as ListValue)?.Items ?? [], (newShape as ListValue)?.Items ?? []);
                for (var i = 0; i < Math.Max(from.Length, to.Length); i++)
                {
                    // An item that nobody declared at this place stands for itself: something moved it here.
                    Compare(
                        path.Append(i),
                        i < from.Length ? from[i] : null,
                        i < to.Length ? to[i] : null,
                        i < oldItems.Length ? oldItems[i] : null,
                        i < newItems.Length ? newItems[i] : null,
                        differences);
                }

                break;
            default:
                if (!Equals(live, foretold))
                {
                    differences.Add(new PropertyDifference(path, live, foretold, IsInputDiff: foretold is null));
                }

                break;
        }
    }

    private static PropertyValue? Find(PropertyMap? map, string key) => map is not null && map.TryGetValue(key, out var value) ? value : null;

    private static bool IsEmpty(PropertyValue? value) => value switch
    {
        null or NullValue => true,
        PropertyMap map => map.Values.All(IsEmpty),
        ListValue { Items: var items } => items.IsEmpty,
        _ => false,
    };

    private static JsonNode? Owned(JsonObject item, string manager) => item.Items("metadata", "managedFields")
        .FirstOrDefault(entry => entry.Text("manager") == manager && entry.Text("operation") == "Apply" && entry.Text("subresource") is null)?["fieldsV1"];
}
