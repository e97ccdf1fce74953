using Scalelab.Engine.Events;

namespace Scalelab.Engine.Properties;

/// <summary>One place where two sets of properties differ.</summary>
/// <param name="Path">Where.</param>
/// <param name="Old">Null when there was nothing.</param>
/// <param name="New">Null when there is nothing any more.</param>
/// <param name="IsInputDiff">Whether old and new inputs differ, not the new inputs and what the resource is.</param>
internal sealed record PropertyDifference(PropertyPath Path, PropertyValue? Old, PropertyValue? New, bool IsInputDiff = true);

/// <summary>Compares properties.</summary>
internal static class PropertyDiff
{
    /// <summary>
    /// Every place where the two differ, as deep as both sides have the same shape. Secret marks do not count; an unknown value differs
    /// from everything.
    /// </summary>
    public static IReadOnlyList<PropertyDifference> Compare(PropertyMap old, PropertyMap @new)
    {
        var differences = new List<PropertyDifference>();
        Compare(PropertyPath.Root, old, @new, differences);
        return differences;
    }

    internal static PropertyChange Describe(PropertyDifference difference, bool forcesReplacement) => new(
        difference.Path.ToString(),
        (difference.Old, difference.New) switch
        {
            (null, _) => PropertyChangeKind.Add,
            (_, null) => PropertyChangeKind.Delete,
            _ => PropertyChangeKind.Update,
        },
        // A side that is secret makes the other one secret too: the two usually are the same secret before and after.
        Show(difference.Old, difference.New),
        Show(difference.New, difference.Old),
        forcesReplacement)
    {
        IsInputDiff = difference.IsInputDiff,
    };

    private static System.Text.Json.Nodes.JsonNode? Show(PropertyValue? shown, PropertyValue? other) =>
        shown is null ? null : PlainJson.ToDisplay(other is SecretValue ? PropertyValue.Secret(shown) : shown);

    private static void Compare(PropertyPath path, PropertyValue? old, PropertyValue? @new, List<PropertyDifference> differences)
    {
        switch (old, @new)
        {
            case (SecretValue { Value: var a }, SecretValue { Value: var b }):
                CompareSecret(path, old, @new, a, b, differences);
                break;
            case (SecretValue { Value: var a }, not null):
                CompareSecret(path, old, @new, a, @new, differences);
                break;
            case (not null, SecretValue { Value: var b }):
                CompareSecret(path, old, @new, old, b, differences);
                break;
            case (PropertyMap a, PropertyMap b):
                foreach (var key in a.Keys.Union(b.Keys))
                {
                    Compare(path.Append(key), a.TryGetValue(key, out var x) ? x : null, b.TryGetValue(key, out var y) ? y : null, differences);
                }

                break;
            case (ListValue { Items: var a }, ListValue { Items: var b }):
                for (var i = 0; i < Math.Max(a.Length, b.Length); i++)
                {
                    Compare(path.Append(i), i < a.Length ? a[i] : null, i < b.Length ? b[i] : null, differences);
                }

                break;
            default:
                if (!Equals(old, @new) || @new is UnknownValue)
                {
                    differences.Add(new PropertyDifference(path, old, @new));
                }

                break;
        }
    }

    // Where within a secret the two differ is itself nothing to tell.
    private static void CompareSecret(PropertyPath path, PropertyValue old, PropertyValue @new, PropertyValue a, PropertyValue b, List<PropertyDifference> differences)
    {
        if (!a.Revealed.Equals(b.Revealed) || b.ContainsUnknowns)
        {
            differences.Add(new PropertyDifference(path, old, @new));
        }
    }
}
