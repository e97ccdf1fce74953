using System.Globalization;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.CustomResources.Cel;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>
/// Evaluates the <c>x-kubernetes-validations</c> of a schema. Rules that the cluster cannot read are not held against anything; the
/// definition's author was warned of them.
/// </summary>
internal static class RuleValidator
{
    /// <param name="old">The value before the change; null at creation and where the two cannot be told to be the same.</param>
    public static void Check(JsonNode? value, JsonNode? old, CustomSchema schema, string path, FieldErrors errors)
    {
        if (value is null)
        {
            return;
        }

        foreach (var rule in schema.Rules)
        {
            Check(value, old, schema, rule, path, errors);
        }

        switch (value)
        {
            case JsonArray items when schema.Items is { } item:
                for (var index = 0; index < items.Count; index++)
                {
                    Check(items[index], Twin(items[index], old as JsonArray, schema), item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), errors);
                }

                break;
            case JsonObject members:
                foreach (var (name, member) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
                {
                    if (schema.Properties.TryGetValue(name, out var property))
                    {
                        Check(member, (old as JsonObject)?[name], property, path.Length == 0 ? name : $"{path}.{name}", errors);
                    }
                    else if (schema.AdditionalProperties is { } values)
                    {
                        Check(member, (old as JsonObject)?[name], values, $"{path}[{name}]", errors);
                    }
                }

                break;
        }
    }

    private static void Check(JsonNode value, JsonNode? old, CustomSchema schema, CustomRule rule, string path, FieldErrors errors)
    {
        var place = path.Length == 0 && rule.FieldPath.Length == 0 ? SchemaValidator.Nowhere : (path + rule.FieldPath).TrimStart('.');
        if (rule.Expression is not { } expression || (expression.UsesOldSelf ? old is null : JsonNode.DeepEquals(value, old)))
        {
            return;
        }

        try
        {
            if (CelValues.AsBool(expression.Evaluate(CelValues.From(value), CelValues.From(old))))
            {
                return;
            }
        }
        catch (CelException error)
        {
            errors.Invalid(place, schema.Type, error.Message == "no such overload"
                ? $"'{error.Message}': call arguments did not match a supported operator, function or macro signature for rule: {Describe(rule)}"
                : $"{error.Message} evaluating rule: {Describe(rule)}");
            return;
        }

        var detail = rule.Message.Length > 0 ? rule.Message.Trim() : $"failed rule: {rule.Rule.Trim()}";
        switch (rule.Reason)
        {
            case "FieldValueRequired":
                errors.Required(place, detail);
                break;
            case "FieldValueForbidden":
                errors.Forbidden(place, detail);
                break;
            case "FieldValueDuplicate":
                errors.Duplicate(place, schema.Type is "object" or "array" ? null : value);
                break;
            default:
                if (schema.Type is "object" or "array")
                {
                    errors.Add("FieldValueInvalid", place, "Invalid value", detail);
                }
                else
                {
                    errors.Invalid(place, value, detail);
                }

                break;
        }
    }

    private static string Describe(CustomRule rule) => rule.Message.Length > 0 ? rule.Message.Trim() : rule.Rule.Trim();

    /// <summary>The element of an associative list that has the same keys.</summary>
    private static JsonNode? Twin(JsonNode? item, JsonArray? old, CustomSchema schema) => schema.ListType == "map"
        ? old?.FirstOrDefault(other => schema.ListMapKeys.All(key => JsonNode.DeepEquals((other as JsonObject)?[key], (item as JsonObject)?[key])))
        : null;
}
