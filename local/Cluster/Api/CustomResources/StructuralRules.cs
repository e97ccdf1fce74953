using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scalelab.Cluster.Api.Kinds;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>
/// What makes a schema structural: every value has a type that is said once, outside of value validation. And the words of JSON schema
/// that the API does not take.
/// </summary>
internal static class StructuralRules
{
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];

    /// <summary>Words that are refused wherever they stand.</summary>
    private static readonly (string Word, Predicate<JsonNode> IsSet, string Text)[] Unsupported =
    [
        ("id", static node => node.Text().Length > 0, "id is not supported"),
        ("additionalItems", static _ => true, "additionalItems is not supported"),
        ("patternProperties", static node => node is JsonObject { Count: > 0 }, "patternProperties is not supported"),
        ("definitions", static node => node is JsonObject { Count: > 0 }, "definitions is not supported"),
        ("dependencies", static _ => true, "dependencies is not supported"),
        ("$ref", static _ => true, "$ref is not supported"),
        ("items", static node => node is JsonArray, "items must be a schema object and not an array"),
        ("uniqueItems", static node => node.Flag(), "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"),
    ];

    /// <summary>Words that value validation (allOf, anyOf, oneOf, not) may not use.</summary>
    private static readonly (string Word, string Text)[] NotNested =
    [
        ("type", "must be empty to be structural"),
        ("additionalProperties", "must be undefined to be structural"),
        ("default", "must be undefined to be structural"),
        ("title", "must be empty to be structural"),
        ("description", "must be empty to be structural"),
        ("nullable", "must be false to be structural"),
        ("x-kubernetes-preserve-unknown-fields", "must be false to be structural"),
        ("x-kubernetes-embedded-resource", "must be false to be structural"),
        ("x-kubernetes-int-or-string", "must be false to be structural"),
        ("x-kubernetes-list-map-keys", "must be empty to be structural"),
        ("x-kubernetes-list-type", "must be undefined to be structural"),
        ("x-kubernetes-map-type", "must be undefined to be structural"),
        ("x-kubernetes-validations", "must be empty to be structural"),
    ];

    private enum Level
    {
        Root,
        Item,
        Field,
    }

    public static void Check(CustomSchema schema, string path, FieldErrors errors)
    {
        var structural = new FieldErrors();
        Invariants(schema, Level.Root, path, structural);
        foreach (var cause in structural.Causes.OrderBy(cause => $"{cause.Field}: {cause.Message}", StringComparer.Ordinal))
        {
            errors.Add(cause.Reason, cause.Field, cause.Message, "");
        }

        Words(schema, path, errors);
    }

    private static void Invariants(CustomSchema schema, Level level, string path, FieldErrors errors)
    {
        if (schema.Type == "array" && schema.Items is null)
        {
            errors.Required($"{path}.items", "must be specified");
        }

        if (schema.Items is { } items)
        {
            Invariants(items, Level.Item, $"{path}.items", errors);
        }

        foreach (var (name, property) in schema.Properties)
        {
            if (level != Level.Root || name != "metadata")
            {
                Invariants(property, Level.Field, $"{path}.properties[{name}]", errors);
            }
        }

        if (level == Level.Root && schema.Source["additionalProperties"] is not null)
        {
            errors.Forbidden($"{path}.additionalProperties", "must not be used at the root");
        }

        if (schema.AdditionalProperties is { } values)
        {
            Invariants(values, Level.Field, $"{path}.additionalProperties", errors);
        }

        Extensions(schema, path, errors);
        ValueValidation(schema, path, errors);
        Typed(schema, level, path, errors);
        if (level == Level.Root || schema.IsEmbedded)
        {
            Meta(schema, level, path, errors);
        }
    }

    private static void Extensions(CustomSchema schema, string path, FieldErrors errors)
    {
        if (schema is { IsIntOrString: true, PreservesUnknown: true })
        {
            errors.Invalid($"{path}.x-kubernetes-preserve-unknown-fields", true, "must be false if x-kubernetes-int-or-string is true");
        }

        if (schema is { IsIntOrString: true, IsEmbedded: true })
        {
            errors.Invalid($"{path}.x-kubernetes-embedded-resource", true, "must be false if x-kubernetes-int-or-string is true");
        }
    }

    private static void Typed(CustomSchema schema, Level level, string path, FieldErrors errors)
    {
        if (schema is { IsEmbedded: true, Type: not "object" })
        {
            const string Problem = "must be object if x-kubernetes-embedded-resource is true";
            if (schema.Type.Length == 0)
            {
                errors.Required($"{path}.type", Problem);
            }
            else
            {
                errors.Invalid($"{path}.type", schema.Type, Problem);
            }
        }
        else if (schema is { Type: "", IsIntOrString: false, PreservesUnknown: false })
        {
            errors.Required($"{path}.type", level switch
            {
                Level.Root => "must not be empty at the root",
                Level.Item => "must not be empty for specified array items",
                _ => "must not be empty for specified object fields",
            });
        }

        if (schema.IsEmbedded && schema.Source["additionalProperties"] is not null)
        {
            errors.Forbidden($"{path}.additionalProperties", "must not be used if x-kubernetes-embedded-resource is set");
        }

        if (level == Level.Root && schema.Type is not ("" or "object"))
        {
            errors.Invalid($"{path}.type", schema.Type, "must be object at the root");
        }

        if (schema is { IsEmbedded: true, PreservesUnknown: false, Properties.IsEmpty: true })
        {
            errors.Required($"{path}.properties", "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields");
        }
    }

    private static void Meta(CustomSchema schema, Level level, string path, FieldErrors errors)
    {
        foreach (var (name, type) in (ReadOnlySpan<(string, string)>)[("kind", "string"), ("apiVersion", "string"), ("metadata", "object")])
        {
            if (schema.Properties.TryGetValue(name, out var property) && property.Type != type)
            {
                errors.Invalid($"{path}.properties[{name}].type", property.Type, $"must be {type}");
            }
        }

        if (level == Level.Root && schema.Properties.TryGetValue("metadata", out var metadata))
        {
            var isName = metadata.Properties.Keys.All(name => name is "name" or "generateName") && metadata.Source.All(word => word.Key is "type" or "properties" or "description");
            if (!isName)
            {
                errors.Forbidden($"{path}.properties[metadata]", "must not specify anything other than name and generateName, but metadata is implicitly specified");
            }
        }
    }

    private static void ValueValidation(CustomSchema schema, string path, FieldErrors errors)
    {
        Alternatives(schema.IsIntOrString && CustomSchema.IsIntOrStringPattern(schema.AnyOf) ? [] : schema.AnyOf, $"{path}.anyOf", errors);
        for (var index = 0; index < schema.AllOf.Length; index++)
        {
            var isPattern = index == 0 && schema.IsIntOrString && CustomSchema.IsIntOrStringPattern(schema.AllOf[0].AnyOf);
            if (!isPattern)
            {
                Nested(schema.AllOf[index], string.Create(CultureInfo.InvariantCulture, $"{path}.allOf[{index}]"), errors);
            }
        }

        Alternatives(schema.OneOf, $"{path}.oneOf", errors);
        if (schema.Not is { } not)
        {
            Nested(not, $"{path}.not", errors);
        }

        if (schema.Source.Text("pattern") is { Length: > 0 } pattern && PatternProblem(pattern) is { } problem)
        {
            errors.Invalid($"{path}.pattern", pattern, $"must be a valid regular expression, but isn't: {problem}");
        }
    }

    private static void Alternatives(IReadOnlyList<CustomSchema> schemas, string path, FieldErrors errors)
    {
        for (var index = 0; index < schemas.Count; index++)
        {
            Nested(schemas[index], string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), errors);
        }
    }

    private static void Nested(CustomSchema schema, string path, FieldErrors errors)
    {
        ValueValidation(schema, path, errors);
        if (schema.Items is { } items)
        {
            Nested(items, $"{path}.items", errors);
        }

        foreach (var (name, property) in schema.Properties)
        {
            Nested(property, $"{path}.properties[{name}]", errors);
        }

        foreach (var (word, text) in NotNested)
        {
            if (schema.Source[word] is { } value && !(value is JsonValue && value.GetValueKind() == System.Text.Json.JsonValueKind.False))
            {
                errors.Forbidden($"{path}.{word}", text);
            }
        }

        if (schema.Properties.ContainsKey("metadata"))
        {
            errors.Forbidden($"{path}.properties[metadata]", "must not be specified in a nested context");
        }
    }

    /// <summary>The words that are never taken, here and below.</summary>
    private static void Words(CustomSchema schema, string path, FieldErrors errors)
    {
        if (schema.Type.Length > 0 && !Types.Contains(schema.Type) && schema.Type != "null")
        {
            errors.NotSupported($"{path}.type", schema.Type, Types);
        }

        if (schema.Type == "null")
        {
            errors.Forbidden($"{path}.type", "type cannot be set to null, use nullable as an alternative");
        }

        foreach (var (word, isSet, text) in Unsupported)
        {
            if (schema.Source[word] is { } value && isSet(value))
            {
                errors.Forbidden($"{path}.{word}", text);
            }
        }

        if (!schema.Properties.IsEmpty && schema.AdditionalProperties is not null)
        {
            errors.Forbidden($"{path}.additionalProperties", "additionalProperties and properties are mutual exclusive");
        }

        Defaults(schema, path, errors);
        Merging(schema, path, errors);
        foreach (var (name, property) in schema.Properties)
        {
            Words(property, $"{path}.properties[{name}]", errors);
        }

        foreach (var (child, name) in (ReadOnlySpan<(CustomSchema?, string)>)[(schema.Items, "items"), (schema.AdditionalProperties, "additionalProperties")])
        {
            if (child is not null)
            {
                Words(child, $"{path}.{name}", errors);
            }
        }
    }

    /// <summary>How lists and maps merge has to fit what they are, and the keys of a list have to be there.</summary>
    private static void Merging(CustomSchema schema, string path, FieldErrors errors)
    {
        NeedsType(schema, "object", "x-kubernetes-map-type", schema.MapType, ["atomic", "granular"], path, errors);
        NeedsType(schema, "array", "x-kubernetes-list-type", schema.ListType, ["atomic", "set", "map"], path, errors);
        if (!schema.ListMapKeys.IsEmpty && schema.ListType != "map")
        {
            const string Problem = "must be map if x-kubernetes-list-map-keys is non-empty";
            if (schema.ListType.Length == 0)
            {
                errors.Required($"{path}.x-kubernetes-list-type", Problem);
            }
            else
            {
                errors.Invalid($"{path}.x-kubernetes-list-type", schema.ListType, Problem);
            }
        }

        if (schema.ListType != "map")
        {
            return;
        }

        if (schema.ListMapKeys.IsEmpty)
        {
            errors.Required($"{path}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map");
        }

        if (schema.Items is not { } items)
        {
            errors.Required($"{path}.items", "must have a schema if x-kubernetes-list-type is map");
            return;
        }

        if (items.Type != "object")
        {
            errors.Invalid($"{path}.items.type", items.Type, "must be object if parent array's x-kubernetes-list-type is map");
        }

        foreach (var key in schema.ListMapKeys)
        {
            Key(items, key, path, errors);
        }
    }

    private static void Key(CustomSchema items, string key, string path, FieldErrors errors)
    {
        if (items.Properties.GetValueOrDefault(key) is not { } property)
        {
            errors.Invalid($"{path}.x-kubernetes-list-map-keys", new JsonArray(key), "entries must all be names of item properties");
            return;
        }

        if (property.Default is null && !items.Required.Contains(key))
        {
            errors.Required($"{path}.items.properties[{key}].default", "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property");
        }

        if (property.Nullable)
        {
            errors.Forbidden($"{path}.items.properties[{key}].nullable", "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
        }
    }

    private static void NeedsType(CustomSchema schema, string type, string word, string value, string[] supported, string path, FieldErrors errors)
    {
        if (value.Length == 0)
        {
            return;
        }

        if (schema.Type.Length == 0)
        {
            errors.Required($"{path}.type", $"must be {type} if {word} is specified");
        }
        else if (schema.Type != type)
        {
            errors.Invalid($"{path}.type", schema.Type, $"must be {type} if {word} is specified");
        }

        if (!supported.Contains(value))
        {
            errors.NotSupported($"{path}.{word}", value, supported);
        }
    }

    /// <summary>A default has to be a value that the schema takes.</summary>
    private static void Defaults(CustomSchema schema, string path, FieldErrors errors)
    {
        if (schema.Default is null)
        {
            return;
        }

        var problems = new FieldErrors();
        SchemaValidator.Check(schema.Default, null, schema, "", problems);
        foreach (var cause in problems.Causes)
        {
            var place = cause.Field is { Length: > 0 } field && field != SchemaValidator.Nowhere ? $"{path}.default.{field}" : $"{path}.default";
            errors.Add(cause.Reason, place, cause.Message, "");
        }
    }

    private static string? PatternProblem(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant);
            return null;
        }
        catch (ArgumentException error)
        {
            return error.Message;
        }
    }
}
