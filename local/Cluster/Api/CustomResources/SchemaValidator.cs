using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Kinds;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>Holds a value against a schema; what is wrong is reported with the texts of kube-openapi's validation.</summary>
internal static class SchemaValidator
{
    /// <summary>How upstream prints the path of an error that belongs to the object as a whole.</summary>
    public const string Nowhere = "<nil>";

    /// <param name="old">The value before the change, whose faults are not held against it again; null where there is none.</param>
    /// <param name="path">The path of the value, empty for a whole object.</param>
    public static void Check(JsonNode? value, JsonNode? old, CustomSchema schema, string path, FieldErrors errors)
    {
        if ((value is null && schema.Nullable) || (old is not null && JsonNode.DeepEquals(value, old)))
        {
            return;
        }

        Type(value, schema, path, errors);
        Alternatives(value, schema, path, errors);
        if (schema.Constraints is { } constraints)
        {
            ValueConstraints.Check(value, constraints, path, errors);
        }

        switch (value)
        {
            case JsonArray items when schema.Items is { } item:
                for (var index = 0; index < items.Count; index++)
                {
                    Check(items[index], null, item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), errors);
                }

                break;
            case JsonObject members:
                Members(members, old as JsonObject, schema, path, errors);
                break;
        }
    }

    private static void Members(JsonObject members, JsonObject? old, CustomSchema schema, string path, FieldErrors errors)
    {
        foreach (var (name, member) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            if (schema.Child(name) is { } child)
            {
                Check(member, old?[name], child, Join(path, name), errors);
            }
        }

        foreach (var name in schema.Required)
        {
            if (!members.ContainsKey(name))
            {
                errors.Required(Join(path, name));
            }
        }
    }

    private static void Type(JsonNode? value, CustomSchema schema, string path, FieldErrors errors)
    {
        var wanted = schema.IsIntOrString ? "integer,string" : schema.Type;
        if (wanted.Length == 0)
        {
            return;
        }

        var given = TypeOf(value);
        var fits = wanted.Split(',').Any(type => type == given || (type == "number" && given == "integer"));
        if (!fits)
        {
            errors.TypeInvalid(path.Length == 0 ? Nowhere : path, given, $"{path} in body must be of type {wanted}: \"{given}\"");
        }
    }

    private static void Alternatives(JsonNode? value, CustomSchema schema, string path, FieldErrors errors)
    {
        var quoted = $"\"{path}\"";
        foreach (var (alternatives, isOne) in (ReadOnlySpan<(IEnumerable<CustomSchema>, bool)>)[(schema.AnyOf, false), (schema.OneOf, true)])
        {
            var results = alternatives.Select(alternative => Try(value, alternative, path)).ToList();
            var valid = results.Count(result => !result.Any);
            if (results.Count == 0 || valid == 1 || (valid > 0 && !isOne))
            {
                continue;
            }

            errors.Invalid(Nowhere, "", (isOne, valid) switch
            {
                (false, _) => $"{quoted} must validate at least one schema (anyOf)",
                (true, 0) => $"{quoted} must validate one and only one schema (oneOf). Found none valid",
                _ => $"{quoted} must validate one and only one schema (oneOf). Found {valid} valid alternatives",
            });
            if (valid == 0)
            {
                Merge(results.MinBy(result => result.Causes.Count)!, errors);
            }
        }

        var failed = schema.AllOf.Select(part => Try(value, part, path)).Where(result => result.Any).ToList();
        failed.ForEach(result => Merge(result, errors));
        if (failed.Count > 0)
        {
            errors.Invalid(Nowhere, "", $"{quoted} must validate all the schemas (allOf)" + (failed.Count == schema.AllOf.Length ? ". None validated" : ""));
        }

        if (schema.Not is { } not && !Try(value, not, path).Any)
        {
            errors.Invalid(Nowhere, "", $"{quoted} must not validate the schema (not)");
        }
    }

    private static FieldErrors Try(JsonNode? value, CustomSchema schema, string path)
    {
        var errors = new FieldErrors();
        Check(value, null, schema, path, errors);
        return errors;
    }

    private static void Merge(FieldErrors from, FieldErrors to)
    {
        foreach (var cause in from.Causes)
        {
            to.Add(cause.Reason, cause.Field, cause.Message, "");
        }
    }

    private static string TypeOf(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => value.OptionalNumber() is not null ? "integer" : "number",
            _ => "boolean",
        },
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
