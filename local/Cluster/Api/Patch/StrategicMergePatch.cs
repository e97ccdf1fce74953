using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Patch;

/// <summary>
/// Strategic merge patch: maps merge, lists merge by the merge key that the schema names (or by value) and are replaced where it names
/// none, with the directives <c>$patch</c>, <c>$retainKeys</c>, <c>$deleteFromPrimitiveList</c> and <c>$setElementOrder</c>.
/// The order of merged lists is that of client and server alike: the patch's elements in the patch's order, the others where they stood.
/// </summary>
public static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string DeleteFromList = "$deleteFromPrimitiveList/";
    private const string SetElementOrder = "$setElementOrder/";

    /// <summary>The patched object; neither argument is changed, and nothing is shared with them.</summary>
    /// <exception cref="ApiException">500 for an unknown directive or an element without its merge key, as the API server answers.</exception>
    public static JsonObject Apply(JsonObject target, JsonObject patch, TypeSchema schema) =>
        MergeObject(target.DeepClone().AsObject(), patch.DeepClone().AsObject(), schema);

    private static JsonObject MergeObject(JsonObject original, JsonObject patch, TypeSchema? schema)
    {
        if (patch.TryGetPropertyValue(Directive, out var directive))
        {
            switch (TextOf(directive))
            {
                case "replace":
                    patch.Remove(Directive);
                    return patch;
                case "delete":
                    return [];
                case "merge":
                    patch.Remove(Directive);
                    break;
                default:
                    throw UnknownDirective(patch);
            }
        }

        Retain(original, patch);
        foreach (var (name, order) in patch.Where(member => member.Key.StartsWith(SetElementOrder, StringComparison.Ordinal)).ToList())
        {
            patch.Remove(name);
            MergeOrdered(original, patch, name[SetElementOrder.Length..], order as JsonArray ?? throw BadPatch($"{name} must be a list"), schema);
        }

        foreach (var (name, values) in patch.Where(member => member.Key.StartsWith(DeleteFromList, StringComparison.Ordinal)).ToList())
        {
            patch.Remove(name);
            if (original[name[DeleteFromList.Length..]] is JsonArray list && values is JsonArray unwanted)
            {
                RemoveWhere(list, item => unwanted.Any(value => JsonNode.DeepEquals(item, value)));
            }
        }

        foreach (var (name, value) in patch.ToList())
        {
            MergeMember(original, name, value, schema);
        }

        return original;
    }

    private static void MergeMember(JsonObject original, string name, JsonNode? value, TypeSchema? schema)
    {
        if (value is null)
        {
            original.Remove(name);
            return;
        }

        value = value.DeepClone();
        if (original[name] is not { } existing)
        {
            if (WithoutDirectives(value) is { } added)
            {
                original[name] = added;
            }

            return;
        }

        var field = schema?.Fields.GetValueOrDefault(name);
        original[name] = (existing, value) switch
        {
            (JsonObject into, JsonObject from) when field is not { Replaces: true } => MergeObject(into.DeepClone().AsObject(), from, schema?.Child(name)),
            (JsonArray into, JsonArray from) when field is { Merges: true } => MergeList(into.DeepClone().AsArray(), from, field),
            _ => value,
        };
    }

    private static void Retain(JsonObject original, JsonObject patch)
    {
        if (!patch.Remove(RetainKeys, out var keys))
        {
            return;
        }

        var retained = keys is JsonArray list ? list.Select(TextOf).ToHashSet(StringComparer.Ordinal) : throw BadPatch("$retainKeys must be a list of field names");
        foreach (var name in original.Select(member => member.Key).Where(name => !retained.Contains(name)).ToList())
        {
            original.Remove(name);
        }
    }

    private static void MergeOrdered(JsonObject original, JsonObject patch, string name, JsonArray order, TypeSchema? schema)
    {
        var field = schema?.Fields.GetValueOrDefault(name);
        var existing = original[name] as JsonArray;
        patch.Remove(name, out var patched);
        var merged = (existing, patched) switch
        {
            (null, JsonArray added) => (JsonArray?)WithoutDirectives(added),
            (not null, JsonArray changes) when field is { Merges: true } => MergeList(existing.DeepClone().AsArray(), changes, field),
            (not null, JsonArray changes) => changes,
            (not null, null) => existing.DeepClone().AsArray(),
            _ => null,
        };
        if (merged is not null)
        {
            original[name] = Order(merged, order, existing ?? [], field?.MergeKey);
        }
    }

    private static JsonArray MergeList(JsonArray original, JsonArray patch, FieldSchema field)
    {
        if (original.Count == 0 && patch.Count == 0)
        {
            return original;
        }

        var live = original.DeepClone().AsArray();
        if (field.MergeKey is not { } key)
        {
            foreach (var value in patch)
            {
                if (!original.Any(item => JsonNode.DeepEquals(item, value)))
                {
                    original.Add(value?.DeepClone());
                }
            }

            return Order(original, patch, live, null);
        }

        patch = RunListDirectives(original, patch, key);
        foreach (var element in patch)
        {
            var item = element as JsonObject ?? throw BadPatch($"elements of {field.Name} must be objects");
            var index = IndexOf(original, KeyOf(item, key), key);
            if (index >= 0)
            {
                original[index] = MergeObject(original[index]!.DeepClone().AsObject(), item.DeepClone().AsObject(), field.Type.Element);
            }
            else if (WithoutDirectives(item.DeepClone()) is { } added)
            {
                original.Add(added);
            }
        }

        return Order(original, patch, live, key);
    }

    /// <summary>Removes what <c>$patch: delete</c> elements name, empties the list for <c>$patch: replace</c>, and gives the other elements.</summary>
    private static JsonArray RunListDirectives(JsonArray original, JsonArray patch, string key)
    {
        var rest = new JsonArray();
        var replaces = false;
        foreach (var element in patch)
        {
            if (element is not JsonObject item || !item.TryGetPropertyValue(Directive, out var directive))
            {
                rest.Add(element?.DeepClone());
                continue;
            }

            switch (TextOf(directive))
            {
                case "delete":
                    var unwanted = KeyOf(item, key);
                    RemoveWhere(original, candidate => candidate is JsonObject other && JsonNode.DeepEquals(other[key], unwanted));
                    break;
                case "replace":
                    replaces = true;
                    break;
                default:
                    throw UnknownDirective(item);
            }
        }

        if (replaces)
        {
            original.Clear();
        }

        return rest;
    }

    /// <summary>
    /// Elements named by <paramref name="order"/> in that order; the others in the order of <paramref name="live"/>, each placed before
    /// the first ordered element that stood behind it.
    /// </summary>
    private static JsonArray Order(JsonArray merged, JsonArray order, JsonArray live, string? key)
    {
        int Position(JsonArray list, JsonNode? item) => key is null
            ? list.Select((other, index) => (other, index)).Where(pair => JsonNode.DeepEquals(pair.other, item)).Select(pair => pair.index + 1).FirstOrDefault() - 1
            : IndexOf(list, (item as JsonObject)?[key], key);

        var ranked = merged.Select(item => (Item: item, Ordered: Position(order, item), Live: Position(live, item))).ToList();
        var named = new Queue<(JsonNode? Item, int Live)>(ranked.Where(entry => entry.Ordered >= 0).OrderBy(entry => entry.Ordered).Select(entry => (entry.Item, entry.Live)));
        var others = new Queue<(JsonNode? Item, int Live)>(ranked.Where(entry => entry.Ordered < 0).OrderBy(entry => entry.Live).Select(entry => (entry.Item, entry.Live)));
        var result = new JsonArray();
        while (named.Count + others.Count > 0)
        {
            var takeOther = named.Count == 0 || (others.Count > 0 && others.Peek().Live >= 0 && named.Peek().Live >= 0 && others.Peek().Live < named.Peek().Live);
            result.Add((takeOther ? others : named).Dequeue().Item?.DeepClone());
        }

        return result;
    }

    private static JsonNode KeyOf(JsonObject item, string key) => item[key]
        ?? throw BadPatch($"map: {GoFormat.Value(item)} does not contain declared merge key: {key}");

    private static int IndexOf(JsonArray list, JsonNode? value, string key)
    {
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index] is JsonObject item && item[key] is { } other && JsonNode.DeepEquals(other, value))
            {
                return index;
            }
        }

        return -1;
    }

    private static void RemoveWhere(JsonArray list, Predicate<JsonNode?> unwanted)
    {
        for (var index = list.Count - 1; index >= 0; index--)
        {
            if (unwanted(list[index]))
            {
                list.RemoveAt(index);
            }
        }
    }

    /// <summary>What a patch adds where nothing was: maps that carry <c>$patch</c> have nothing to act on and go, other directives go alone.</summary>
    private static JsonNode? WithoutDirectives(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members when members.ContainsKey(Directive):
                return null;
            case JsonObject members:
                foreach (var (name, value) in members.ToList())
                {
                    if (name == RetainKeys || name.StartsWith(DeleteFromList, StringComparison.Ordinal) || name.StartsWith(SetElementOrder, StringComparison.Ordinal)
                        || (value is not null && WithoutDirectives(value) is null))
                    {
                        members.Remove(name);
                    }
                }

                return members;
            case JsonArray items:
                for (var index = items.Count - 1; index >= 0; index--)
                {
                    if (items[index] is { } item && WithoutDirectives(item) is null)
                    {
                        items.RemoveAt(index);
                    }
                }

                return items;
            default:
                return node;
        }
    }

    private static string TextOf(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : GoFormat.Value(node);

    private static ApiException UnknownDirective(JsonObject patch) => BadPatch($"unknown patch type: {TextOf(patch[Directive])} in map: {GoFormat.Value(patch)}");

    private static ApiException BadPatch(string message) => new(new V1Status { Status = "Failure", Message = message, Code = 500 });
}
