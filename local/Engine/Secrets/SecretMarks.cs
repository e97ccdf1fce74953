using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Secrets;

/// <summary>Providers work on values in clear; this marks what came back.</summary>
internal static class SecretMarks
{
    /// <summary>
    /// The value, with everything marked that is secret at the same place of the pattern. Where the two have different shapes, the
    /// smallest part that is sure to hold the secret is marked.
    /// </summary>
    public static PropertyValue Copy(PropertyValue pattern, PropertyValue value)
    {
        if (!pattern.ContainsSecrets || value is SecretValue)
        {
            return value;
        }

        return (pattern, value) switch
        {
            (PropertyMap from, PropertyMap to) => Copy(from, to),
            (ListValue from, ListValue to) when from.Items.Length == to.Items.Length => new ListValue([.. from.Items.Zip(to.Items, Copy)]),
            _ => PropertyValue.Secret(value),
        };
    }

    /// <inheritdoc cref="Copy(PropertyValue, PropertyValue)"/>
    public static PropertyMap Copy(PropertyMap pattern, PropertyMap map) => !pattern.ContainsSecrets
        ? map
        : new PropertyMap(map.Select(entry => KeyValuePair.Create(
            entry.Key,
            pattern.TryGetValue(entry.Key, out var from) ? Copy(from, entry.Value) : entry.Value)));

    /// <summary>The map with the values under the given names marked.</summary>
    public static PropertyMap Mark(PropertyMap map, IEnumerable<string> names) =>
        names.Aggregate(map, (marked, name) => marked.TryGetValue(name, out var value) ? marked.With(name, PropertyValue.Secret(value)) : marked);
}
