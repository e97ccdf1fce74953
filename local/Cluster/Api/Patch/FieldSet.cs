using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Patch;

/// <summary>
/// A set of field paths, as <c>managedFields</c> keeps them (FieldsV1). A node is one path element; it may be a member itself and have
/// children. Elements are kept as they are written: <c>f:name</c>, <c>k:{"name":"main"}</c>, <c>v:"value"</c>.
/// </summary>
public sealed class FieldSet
{
    private const string Self = ".";

    private readonly SortedDictionary<string, FieldSet> _children = new(StringComparer.Ordinal);

    /// <summary>True when the path that leads here is in the set.</summary>
    public bool IsMember { get; set; }

    public bool IsEmpty => !IsMember && _children.Values.All(child => child.IsEmpty);

    public IEnumerable<KeyValuePair<string, FieldSet>> Children => _children;

    public static FieldSet Parse(JsonObject fields)
    {
        var set = new FieldSet();
        foreach (var (element, value) in fields)
        {
            if (element == Self)
            {
                set.IsMember = true;
                continue;
            }

            var child = value is JsonObject members ? Parse(members) : new FieldSet();
            child.IsMember |= value is not JsonObject { Count: > 0 };
            set._children[element] = child;
        }

        return set;
    }

    public JsonObject ToJson()
    {
        var fields = new JsonObject();
        foreach (var (element, child) in _children)
        {
            if (child.IsEmpty)
            {
                continue;
            }

            var value = child.ToJson();
            if (child.IsMember && value.Count > 0)
            {
                value.Insert(0, Self, new JsonObject());
            }

            fields.Add(element, value);
        }

        return fields;
    }

    /// <summary>The child under an element, made where it is missing.</summary>
    public FieldSet At(string element)
    {
        if (!_children.TryGetValue(element, out var child))
        {
            _children.Add(element, child = new FieldSet());
        }

        return child;
    }

    /// <summary>The child under an element; null where there is none.</summary>
    public FieldSet? Find(string element) => _children.GetValueOrDefault(element);

    /// <summary>Removes a path with everything under it.</summary>
    public void Remove(params ReadOnlySpan<string> path)
    {
        if (path.Length == 1)
        {
            _children.Remove(path[0]);
        }
        else
        {
            Find(path[0])?.Remove(path[1..]);
        }
    }

    public FieldSet Union(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember || other.IsMember };
        foreach (var (element, child) in _children)
        {
            result._children.Add(element, other.Find(element) is { } twin ? child.Union(twin) : child);
        }

        foreach (var (element, child) in other._children)
        {
            result._children.TryAdd(element, child);
        }

        return result;
    }

    public FieldSet Intersection(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember && other.IsMember };
        foreach (var (element, child) in _children)
        {
            if (other.Find(element) is { } twin && child.Intersection(twin) is { IsEmpty: false } common)
            {
                result._children.Add(element, common);
            }
        }

        return result;
    }

    /// <summary>The paths of this set that the other does not hold; a path held by the other does not take those under it along.</summary>
    public FieldSet Difference(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember && !other.IsMember };
        foreach (var (element, child) in _children)
        {
            var rest = other.Find(element) is { } twin ? child.Difference(twin) : child;
            if (!rest.IsEmpty)
            {
                result._children.Add(element, rest);
            }
        }

        return result;
    }

    public bool SetEquals(FieldSet other) => Difference(other).IsEmpty && other.Difference(this).IsEmpty;

    /// <summary>
    /// Every path as upstream prints it, e.g. <c>.spec.containers[name="main"].image</c>; at each level the members come before what lies deeper.
    /// </summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        foreach (var (element, child) in _children.Where(entry => entry.Value.IsMember))
        {
            yield return prefix + FieldPath.Print(element);
        }

        foreach (var (element, child) in _children)
        {
            foreach (var path in child.Paths(prefix + FieldPath.Print(element)))
            {
                yield return path;
            }
        }
    }
}
