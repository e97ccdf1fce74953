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

    /// <summary>
    /// Outputs with everything marked that the inputs make secret, and what the program names besides. Some providers repeat the inputs
    /// within the outputs, under <c>__inputs</c>.
    /// </summary>
    public static PropertyMap OfOutputs(PropertyMap inputs, PropertyMap outputs, IEnumerable<string> additional)
    {
        var marked = Copy(inputs, outputs);
        if (inputs.ContainsSecrets && marked.TryGetValue("__inputs", out var repeated) && repeated is PropertyMap map)
        {
            marked = marked.With("__inputs", Copy(inputs, map));
        }

        return Mark(marked, additional);
    }

    /// <summary>A value from a resource's path, marked when the inputs hold a secret there, within it or around it.</summary>
    public static PropertyValue? At(PropertyMap inputs, PropertyPath path, PropertyValue? value)
    {
        if (value is null || !inputs.ContainsSecrets)
        {
            return value;
        }

        PropertyValue? pattern = inputs;
        foreach (var part in path.Parts)
        {
            pattern = (pattern, part) switch
            {
                (PropertyMap map, string name) => map.TryGetValue(name, out var found) ? found : null,
                // Lists may have been sorted anew: what one item hides, all of them hide.
                (ListValue list, _) when list.ContainsSecrets => PropertyValue.Secret(list),
                _ => null,
            };
            if (pattern is SecretValue)
            {
                return PropertyValue.Secret(value);
            }
        }

        return pattern is null ? value : Copy(pattern, value);
    }

    /// <summary>The map with the values under the given names marked.</summary>
    public static PropertyMap Mark(PropertyMap map, IEnumerable<string> names) =>
        names.Aggregate(map, (marked, name) => marked.TryGetValue(name, out var value) ? marked.With(name, PropertyValue.Secret(value)) : marked);
}
