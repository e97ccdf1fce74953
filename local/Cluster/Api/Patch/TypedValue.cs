using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Patch;

/// <summary>
/// Operations on JSON with a schema that server-side apply consists of; the rules are those of structured-merge-diff, so that the
/// sets of owned fields come out the same.
/// </summary>
internal static class TypedValue
{
    /// <summary>What changed between two values: paths that came, changed, or went.</summary>
    public sealed record Comparison(FieldSet Added, FieldSet Modified, FieldSet Removed)
    {
        public FieldSet Written { get; } = Added.Union(Modified);

        public bool IsSame => Added.IsEmpty && Modified.IsEmpty && Removed.IsEmpty;
    }

    /// <summary>The paths that a configuration speaks about: leaves, elements of associative lists, and entries of maps.</summary>
    public static FieldSet ToFieldSet(JsonNode? value, TypeSchema schema)
    {
        var set = new FieldSet();
        Collect(value, schema, set);
        return set;
    }

    public static Comparison Compare(JsonNode? before, JsonNode? after, TypeSchema schema)
    {
        var (added, modified, removed) = (new FieldSet(), new FieldSet(), new FieldSet());
        CompareNodes(new Side(before, true), new Side(after, true), schema, added, modified, removed);
        added.IsMember = modified.IsMember = removed.IsMember = false;
        return new Comparison(added, modified, removed);
    }

    /// <summary>
    /// The live value overlaid with a configuration: maps and associative lists merge, everything else is taken from the configuration.
    /// </summary>
    public static JsonNode? Merge(JsonNode? live, JsonNode? configuration, TypeSchema schema)
    {
        schema = schema.For(configuration);
        if (live is JsonObject left && configuration is JsonObject right && schema is { Type: SchemaType.Struct or SchemaType.Map, Atomic: false })
        {
            var result = left.DeepClone().AsObject();
            foreach (var (name, value) in right)
            {
                result[name] = left[name] is { } existing && schema.Child(name) is { } child ? Merge(existing, value, child) : value?.DeepClone();
            }

            return result;
        }

        return live is JsonArray first && configuration is JsonArray second && schema is { Type: SchemaType.List, Relation: not ListRelation.Atomic }
            ? MergeLists(first, second, schema)
            : configuration?.DeepClone();
    }

    /// <summary>The value without the given paths and everything under them; containers that empty out become null.</summary>
    public static JsonNode? Remove(JsonNode? value, FieldSet paths, TypeSchema schema)
    {
        schema = schema.For(value);
        switch (value)
        {
            case JsonObject members when schema is { Type: SchemaType.Struct or SchemaType.Map, Atomic: false }:
                var kept = new JsonObject();
                foreach (var (name, member) in members)
                {
                    var under = paths.Find(FieldPath.Field(name));
                    if (under is { IsMember: true })
                    {
                        continue;
                    }

                    kept.Add(name, under is null || schema.Child(name) is not { } child ? member?.DeepClone() : Remove(member, under, child));
                }

                return kept.Count > 0 || members.Count == 0 ? kept : null;
            case JsonArray items when schema is { Type: SchemaType.List, Relation: not ListRelation.Atomic }:
                var rest = new JsonArray();
                foreach (var item in items)
                {
                    var under = paths.Find(FieldPath.Item(item, schema));
                    if (under is not { IsMember: true })
                    {
                        rest.Add(under is null ? item?.DeepClone() : Remove(item, under, schema.Element!));
                    }
                }

                return rest.Count > 0 || items.Count == 0 ? rest : null;
            default:
                return value?.DeepClone();
        }
    }

    /// <summary>The set with declared fields that only have members under them made members too.</summary>
    public static FieldSet WithNamedFields(FieldSet set, TypeSchema? schema)
    {
        var result = new FieldSet { IsMember = set.IsMember };
        foreach (var (element, child) in set.Children)
        {
            var isField = element.StartsWith("f:", StringComparison.Ordinal);
            var childSchema = isField ? schema?.Child(element[2..]) : schema?.Element;
            var copy = result.At(element);
            var under = WithNamedFields(child, childSchema);
            foreach (var (name, deeper) in under.Children)
            {
                var target = copy.At(name);
                Copy(deeper, target);
            }

            copy.IsMember = child.IsMember || (isField && !child.IsEmpty && schema?.Fields.ContainsKey(element[2..]) == true);
        }

        return result;
    }

    /// <summary>What is wrong with a configuration before it can be merged: unknown fields, wrong types, elements with equal keys.</summary>
    public static List<string> Validate(JsonNode? value, TypeSchema schema)
    {
        var errors = new List<string>();
        Check(value, schema, "", errors);
        return errors;
    }

    private static void Copy(FieldSet from, FieldSet to)
    {
        to.IsMember = from.IsMember;
        foreach (var (element, child) in from.Children)
        {
            Copy(child, to.At(element));
        }
    }

    private static void Collect(JsonNode? value, TypeSchema schema, FieldSet set)
    {
        schema = schema.For(value);
        switch (value)
        {
            case JsonObject members when schema is { Type: SchemaType.Struct or SchemaType.Map, Atomic: false }:
                foreach (var (name, member) in members)
                {
                    var child = set.At(FieldPath.Field(name));
                    if (schema.Child(name) is { } childSchema)
                    {
                        Collect(member, childSchema, child);
                    }

                    child.IsMember |= member is null or JsonObject { Count: 0 } || !schema.Fields.ContainsKey(name);
                }

                break;
            case JsonArray items when schema is { Type: SchemaType.List, Relation: not ListRelation.Atomic }:
                foreach (var item in items)
                {
                    var child = set.At(FieldPath.Item(item, schema));
                    Collect(item, schema.Element!, child);
                    child.IsMember = true;
                }

                break;
            case null when schema.Type is SchemaType.Struct or SchemaType.Map or SchemaType.List && !IsAtomic(schema):
                break;
            default:
                set.IsMember = true;
                break;
        }
    }

    private static bool IsAtomic(TypeSchema schema) => schema.Type == SchemaType.List ? schema.Relation == ListRelation.Atomic : schema.Atomic;

    private static void CompareNodes(Side before, Side after, TypeSchema schema, FieldSet added, FieldSet modified, FieldSet removed)
    {
        schema = schema.For(after.Node ?? before.Node);
        var container = schema.Type is SchemaType.Struct or SchemaType.Map or SchemaType.List;
        if (!container || IsAtomic(schema) || (IsHollow(before.Node) && IsHollow(after.Node)) || !IsShaped(before.Node, schema) || !IsShaped(after.Node, schema))
        {
            if (!before.Exists)
            {
                added.IsMember = true;
            }
            else if (!after.Exists)
            {
                removed.IsMember = true;
            }
            else if (!JsonNode.DeepEquals(before.Node, after.Node))
            {
                modified.IsMember = true;
            }

            return;
        }

        added.IsMember = !before.Exists;
        removed.IsMember = !after.Exists;
        if (schema.Type == SchemaType.List)
        {
            CompareLists(before.Node as JsonArray, after.Node as JsonArray, schema, added, modified, removed);
            return;
        }

        var left = before.Node as JsonObject;
        var right = after.Node as JsonObject;
        foreach (var name in (left ?? []).Select(member => member.Key).Concat((right ?? []).Select(member => member.Key)).Distinct(StringComparer.Ordinal))
        {
            if (schema.Child(name) is { } child)
            {
                var element = FieldPath.Field(name);
                CompareNodes(Side.Of(left, name), Side.Of(right, name), child, added.At(element), modified.At(element), removed.At(element));
            }
        }
    }

    private static void CompareLists(JsonArray? before, JsonArray? after, TypeSchema schema, FieldSet added, FieldSet modified, FieldSet removed)
    {
        var left = ByKey(before, schema);
        var right = ByKey(after, schema);
        foreach (var element in left.Keys.Union(right.Keys, StringComparer.Ordinal))
        {
            var (l, r) = (left.GetValueOrDefault(element), right.GetValueOrDefault(element));
            if (l is { Count: > 1 } || r is { Count: > 1 })
            {
                // Elements with equal keys have no identity of their own: the group is compared as a whole.
                if (l is null)
                {
                    added.At(element).IsMember = true;
                }
                else if (r is null)
                {
                    removed.At(element).IsMember = true;
                }
                else if (l.Count != r.Count || l.Zip(r).Any(pair => !JsonNode.DeepEquals(pair.First, pair.Second)))
                {
                    modified.At(element).IsMember = true;
                }

                continue;
            }

            CompareNodes(new Side(l?[0], l is not null), new Side(r?[0], r is not null), schema.Element!, added.At(element), modified.At(element), removed.At(element));
        }
    }

    private static Dictionary<string, List<JsonNode?>> ByKey(JsonArray? items, TypeSchema schema)
    {
        var result = new Dictionary<string, List<JsonNode?>>(StringComparer.Ordinal);
        foreach (var item in items ?? [])
        {
            var element = FieldPath.Item(item, schema);
            if (!result.TryGetValue(element, out var group))
            {
                result.Add(element, group = []);
            }

            group.Add(item);
        }

        return result;
    }

    /// <summary>Null and empty containers compare as leaves, which keeps the two apart.</summary>
    private static bool IsHollow(JsonNode? node) => node is null or JsonObject { Count: 0 } or JsonArray { Count: 0 };

    private static bool IsShaped(JsonNode? node, TypeSchema schema) => node is null || (schema.Type == SchemaType.List ? node is JsonArray : node is JsonObject);

    /// <summary>Both orders are kept where they agree; elements of the configuration that the live list lacks follow those before them.</summary>
    private static JsonArray MergeLists(JsonArray live, JsonArray configuration, TypeSchema schema)
    {
        var leftKeys = live.Select(item => FieldPath.Item(item, schema)).ToList();
        var rightKeys = configuration.Select(item => FieldPath.Item(item, schema)).ToList();
        var liveItems = ByKey(live, schema);
        var newItems = ByKey(configuration, schema);
        var shared = new Queue<string>(rightKeys.Where(liveItems.ContainsKey));
        var merged = new HashSet<string>(StringComparer.Ordinal);
        var result = new JsonArray();
        for (int left = 0, right = 0; left < leftKeys.Count || right < rightKeys.Count;)
        {
            if (left < leftKeys.Count && right < rightKeys.Count)
            {
                if (leftKeys[left] == rightKeys[right])
                {
                    Take(rightKeys[right]);
                    left++;
                    right++;
                    continue;
                }

                if (newItems.ContainsKey(leftKeys[left]) && shared.TryPeek(out var next) && next != leftKeys[left])
                {
                    left++;
                    continue;
                }
            }

            if (left < leftKeys.Count)
            {
                if (!newItems.ContainsKey(leftKeys[left]))
                {
                    result.Add(live[left]?.DeepClone());
                    left++;
                    continue;
                }

                if (merged.Contains(leftKeys[left]))
                {
                    left++;
                }
            }

            if (right < rightKeys.Count)
            {
                Take(rightKeys[right]);
                right++;
            }
        }

        return result;

        void Take(string key)
        {
            merged.Add(key);
            if (shared.TryPeek(out var next) && next == key)
            {
                shared.Dequeue();
            }

            var item = newItems[key][0];
            result.Add(liveItems.TryGetValue(key, out var existing) ? Merge(existing[0], item, schema.Element!) : item?.DeepClone());
        }
    }

    private static void Check(JsonNode? value, TypeSchema schema, string path, List<string> errors)
    {
        if (value is null)
        {
            return;
        }

        var kind = value.GetValueKind();
        switch (schema.Type)
        {
            case SchemaType.Struct or SchemaType.Map:
                if (value is not JsonObject members)
                {
                    errors.Add($"{path}: expected map, got {Wrapped(value)}");
                    break;
                }

                foreach (var (name, member) in members)
                {
                    if (schema.Child(name) is { } child)
                    {
                        Check(member, child, $"{path}.{name}", errors);
                    }
                    else if (!schema.PreservesUnknownFields)
                    {
                        errors.Add($"{path}.{name}: field not declared in schema");
                    }
                }

                break;
            case SchemaType.List:
                if (value is not JsonArray items)
                {
                    errors.Add($"{path}: expected list, got {Wrapped(value)}");
                    break;
                }

                CheckItems(items, schema, path, errors);
                break;
            case SchemaType.Text or SchemaType.Bytes or SchemaType.Time or SchemaType.MicroTime when kind != JsonValueKind.String:
                errors.Add($"{path}: expected string, got {Wrapped(value)}");
                break;
            case SchemaType.Boolean when kind is not (JsonValueKind.True or JsonValueKind.False):
                errors.Add($"{path}: expected boolean, got {Wrapped(value)}");
                break;
            case SchemaType.Integer32 or SchemaType.Integer64 or SchemaType.Number when kind != JsonValueKind.Number:
                errors.Add($"{path}: expected numeric (int or float), got {Wrapped(value)}");
                break;
            default:
                break;
        }
    }

    private static void CheckItems(JsonArray items, TypeSchema schema, string path, List<string> errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < items.Count; index++)
        {
            if (schema.Relation == ListRelation.Atomic)
            {
                Check(items[index], schema.Element!, $"{path}[{index}]", errors);
                continue;
            }

            var element = FieldPath.Item(items[index], schema);
            var printed = FieldPath.Print(element);
            if (!seen.Add(element))
            {
                errors.Add($"{path}: duplicate entries for key {printed}");
            }

            Check(items[index], schema.Element!, path + printed, errors);
        }
    }

    private static string Wrapped(JsonNode value) => $"&{{{GoFormat.Value(value)}}}";

    /// <summary>A value and whether it is there at all: an explicit null is.</summary>
    private readonly record struct Side(JsonNode? Node, bool Exists)
    {
        public static Side Of(JsonObject? owner, string name) =>
            owner is not null && owner.TryGetPropertyValue(name, out var node) ? new Side(node, true) : new Side(null, false);
    }
}
