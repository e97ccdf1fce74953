using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Scalelab.Engine.Properties;

/// <summary>
/// A path into property values as Pulumi writes them: <c>spec.containers[0].image</c>, <c>metadata.annotations["a.b"]</c>; <c>*</c> stands
/// for any key or index.
/// </summary>
internal sealed class PropertyPath
{
    private PropertyPath(ImmutableArray<object> parts)
    {
        Parts = parts;
    }

    public static PropertyPath Root { get; } = new([]);

    /// <summary>Names as <see cref="string"/>, indexes as <see cref="int"/>; any key or index as the text <c>*</c>.</summary>
    public ImmutableArray<object> Parts { get; }

    /// <exception cref="FormatException">The text is not a path.</exception>
    public static PropertyPath Parse(string text)
    {
        var parts = ImmutableArray.CreateBuilder<object>();
        var position = 0;
        while (position < text.Length)
        {
            if (text[position] == '[')
            {
                parts.Add(Bracket(text, ref position));
            }
            else
            {
                position += text[position] == '.' ? 1 : 0;
                var end = text.IndexOfAny(['.', '['], position);
                end = end < 0 ? text.Length : end;
                if (end == position)
                {
                    throw new FormatException($"'{text}' is not a property path: a name is missing at position {position + 1}.");
                }

                parts.Add(text[position..end]);
                position = end;
            }
        }

        return parts.Count > 0 ? new PropertyPath(parts.ToImmutable()) : throw new FormatException("An empty text is not a property path.");
    }

    public PropertyPath Append(object part) => new(Parts.Add(part));

    /// <summary>Whether this pattern names the other path, something around it or something within it.</summary>
    public bool Touches(PropertyPath other) => Parts.Zip(other.Parts).All(pair => Matches(pair.First, pair.Second));

    /// <summary>Whether this pattern names the other path or something around it.</summary>
    public bool Covers(PropertyPath other) => Parts.Length <= other.Parts.Length && Touches(other);

    public PropertyValue? Find(PropertyValue root)
    {
        var value = root;
        foreach (var part in Parts)
        {
            value = (value is SecretValue secret ? secret.Value : value, part) switch
            {
                (PropertyMap map, string name) => map.TryGetValue(name, out var found) ? found : null,
                (ListValue { Items: var items }, int index) when index < items.Length => items[index],
                _ => null,
            };
        }

        return value;
    }

    /// <summary>
    /// The target with everything that this path names taken from the source instead; what the source does not have is removed.
    /// Places that the target has no parent for stay as they are.
    /// </summary>
    public PropertyValue Overwrite(PropertyValue target, PropertyValue? source) => Overwrite(target, source, Parts.AsSpan());

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var part in Parts)
        {
            _ = part switch
            {
                int index => text.Append(CultureInfo.InvariantCulture, $"[{index}]"),
                string name when name.AsSpan().ContainsAny(".[\"") => text.Append(CultureInfo.InvariantCulture, $"[\"{name.Replace("\"", "\\\"", StringComparison.Ordinal)}\"]"),
                _ => text.Append(text.Length > 0 ? "." : "").Append(part),
            };
        }

        return text.ToString();
    }

    private static bool Matches(object pattern, object part) => pattern is "*" || part is "*" || pattern.Equals(part);

    private static PropertyValue Overwrite(PropertyValue target, PropertyValue? source, ReadOnlySpan<object> parts)
    {
        if (parts.IsEmpty)
        {
            return source ?? target;
        }

        var from = source is SecretValue secretSource ? secretSource.Value : source;
        switch (target)
        {
            case SecretValue { Value: var inner }:
                return PropertyValue.Secret(Overwrite(inner, source, parts));
            case PropertyMap map:
                foreach (var name in Names(map, from as PropertyMap, parts[0]))
                {
                    map = Overwrite(map, from as PropertyMap, name, parts);
                }

                return map;
            case ListValue { Items: var items }:
                var fromItems = (from as ListValue)?.Items ?? [];
                for (var i = 0; i < Math.Min(items.Length, fromItems.Length); i++)
                {
                    if (Matches(parts[0], i))
                    {
                        items = items.SetItem(i, Overwrite(items[i], fromItems[i], parts[1..]));
                    }
                }

                return new ListValue(items);
            default:
                return target;
        }
    }

    private static string[] Names(PropertyMap target, PropertyMap? source, object part) => part switch
    {
        "*" => [.. target.Keys.Union(source?.Keys ?? [])],
        string name => [name],
        _ => [],
    };

    private static PropertyMap Overwrite(PropertyMap target, PropertyMap? source, string name, ReadOnlySpan<object> parts)
    {
        var has = target.TryGetValue(name, out var old);
        PropertyValue? wanted = null;
        source?.TryGetValue(name, out wanted);
        if (parts.Length == 1)
        {
            return wanted is null ? target.Without(name) : target.With(name, wanted);
        }

        return has ? target.With(name, Overwrite(old!, wanted, parts[1..])) : target;
    }

    private static object Bracket(string text, ref int position)
    {
        var close = text.IndexOf(']', position);
        if (position + 1 < text.Length && text[position + 1] == '"')
        {
            var name = new StringBuilder();
            var i = position + 2;
            for (; i < text.Length && text[i] != '"'; i++)
            {
                i += text[i] == '\\' && i + 1 < text.Length ? 1 : 0;
                name.Append(text[i]);
            }

            if (i + 1 >= text.Length || text[i + 1] != ']')
            {
                throw new FormatException($"'{text}' is not a property path: a quoted name must end with '\"]'.");
            }

            position = i + 2;
            return name.ToString();
        }

        if (close < 0)
        {
            throw new FormatException($"'{text}' is not a property path: ']' is missing.");
        }

        var content = text[(position + 1)..close];
        position = close + 1;
        return content == "*"
            ? content
            : int.TryParse(content, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? index
                : throw new FormatException($"'{text}' is not a property path: '[{content}]' is neither an index, '[*]' nor a quoted name.");
    }
}
