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
                default:
                    throw UnknownDirective(patch);
            }
        }

        Retain(original, patch);
        foreach (var (name, order) in patch.Where(member => member.Key.StartsWith(SetElementOrder, StringComparison.Ordinal)).ToList())
        {
            patch.Remove(name);
            MergeOrdered(original, patch, name[SetElementOrder.Length..], order as JsonArray ?? throw BadType("[]interface {}", order), schema);
        }

        foreach (var (name, values) in patch.Where(member => member.Key.StartsWith(DeleteFromList, StringComparison.Ordinal)).ToList())
        {
            patch.Remove(name);
            if (values is null)
            {
                original.Remove(name[DeleteFromList.Length..]);
            }
            else if (original[name[DeleteFromList.Length..]] is JsonArray list && values is JsonArray unwanted && list.Count + unwanted.Count > 0)
            {
                CheckElements(list, unwanted);
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
            if (WithoutDirectives(WithoutNulls(value)) is { } added)
            {
                original[name] = added;
            }

            return;
        }

        if (existing.GetValueKind() != value.GetValueKind())
        {
            value = WithoutDirectives(WithoutNulls(value));
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

        // What the patch itself sets must be among what is retained.
        var retained = (keys as JsonArray)?.Select(TextOf).ToHashSet(StringComparer.Ordinal);
        if (retained is null || patch.Any(member => member.Value is not null && !IsParallelList(member.Key) && !retained.Contains(member.Key)))
        {
            throw ApiErrors.BadRequest("invalid patch format of retainKeys");
        }

        foreach (var name in original.Select(member => member.Key).Where(name => !retained.Contains(name)).ToList())
        {
            original.Remove(name);
        }
    }

    private static bool IsParallelList(string name) => name.StartsWith(DeleteFromList, StringComparison.Ordinal) || name.StartsWith(SetElementOrder, StringComparison.Ordinal);

    private static void MergeOrdered(JsonObject original, JsonObject patch, string name, JsonArray order, TypeSchema? schema)
    {
        var field = schema?.Fields.GetValueOrDefault(name)
            ?? throw BadPatch($"unable to find api field in struct {schema?.Name[(schema.Name.LastIndexOf('.') + 1)..]} for the json field \"{name}\"");
        var existing = original[name] is null or JsonArray ? original[name] as JsonArray : throw BadType("[]interface {}", original[name]);
        patch.Remove(name, out var patched);
        CheckOrder(patched is null or JsonArray ? patched as JsonArray ?? [] : throw BadType("[]interface {}", patched), order, field.MergeKey);
        var merged = (existing, patched) switch
        {
            (null, JsonArray added) => (JsonArray?)WithoutDirectives(added),
            (not null, JsonArray changes) when field.Merges => MergeList(existing.DeepClone().AsArray(), changes, field),
            (not null, JsonArray changes) => changes,
            (not null, null) => existing.DeepClone().AsArray(),
            _ => null,
        };
        if (merged is not null)
        {
            original[name] = Order(merged, order, existing ?? [], field.MergeKey);
        }
    }

    private static JsonArray MergeList(JsonArray original, JsonArray patch, FieldSchema field)
    {
        if (original.Count == 0 && patch.Count == 0)
        {
            return original;
        }

        var live = original.DeepClone().AsArray();
        CheckElements(original, patch);
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
            var item = element as JsonObject ?? throw BadPatch($"cannot merge lists without merge key for {field.Name}");
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
                case "merge":
                    throw BadPatch("merging lists cannot yet be specified in the patch");
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

    /// <summary>The elements of a patch must stand in the order that it asks for, and must all be named there.</summary>
    private static void CheckOrder(JsonArray patch, JsonArray order, string? key)
    {
        var named = patch.Where(item => item is not JsonObject members || !members.ContainsKey(Directive)).ToList();
        if (order.Count == 0 || patch.Count == 0)
        {
            return;
        }

        var next = 0;
        foreach (var place in order)
        {
            if (next < named.Count && (key is null ? JsonNode.DeepEquals(named[next], place) : JsonNode.DeepEquals(KeyIn(named[next], key), KeyIn(place, key))))
            {
                next++;
            }
        }

        if (next < named.Count)
        {
            throw BadPatch($"The order in patch list:\n{GoFormat.Value(patch)}\n doesn't match $setElementOrder list:\n{GoFormat.Value(order)}\n");
        }
    }

    private static JsonNode KeyIn(JsonNode? item, string key) => KeyOf(item as JsonObject ?? throw BadType("map[string]interface {}", item), key);

    /// <summary>All elements of two lists must be of one type, and no lists.</summary>
    private static void CheckElements(JsonArray first, JsonArray second)
    {
        var types = first.Concat(second).Select(TypeOf).ToList();
        if (types.Count > 0 && types[0].StartsWith("[]", StringComparison.Ordinal))
        {
            throw ApiErrors.Of(422, null, "lists of lists are not supported");
        }

        if (types.Exists(type => type != types[0]) || types is ["<nil>", ..])
        {
            throw BadPatch($"list element types are not identical: [{GoFormat.Value(first)} {GoFormat.Value(second)}]");
        }
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

    /// <summary>What is null in a part that a patch adds is not there.</summary>
    private static JsonNode WithoutNulls(JsonNode node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToList())
                {
                    if (value is null)
                    {
                        members.Remove(name);
                    }
                    else
                    {
                        WithoutNulls(value);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    _ = item is null ? null : WithoutNulls(item);
                }

                break;
            default:
                break;
        }

        return node;
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

    private static ApiException BadType(string wanted, JsonNode? given) => BadPatch($"expected a {wanted}, but received a {TypeOf(given)}");

    /// <summary>The Go type that a value is parsed into.</summary>
    private static string TypeOf(JsonNode? node) => node?.GetValueKind() switch
    {
        null => "<nil>",
        JsonValueKind.Object => "map[string]interface {}",
        JsonValueKind.Array => "[]interface {}",
        JsonValueKind.String => "string",
        JsonValueKind.Number => node.AsValue().TryGetValue<long>(out _) || node.AsValue().TryGetValue<int>(out _) ? "int64" : "float64",
        _ => "bool",
    };

    private static ApiException BadPatch(string message) => new(new V1Status { Status = "Failure", Message = message, Code = 500 });
}
