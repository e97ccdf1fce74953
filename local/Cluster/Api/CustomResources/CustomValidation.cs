using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Kinds;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>Everything that a custom resource is held to besides its metadata: its schema, the paths of scale, list keys, and rules.</summary>
internal static class CustomValidation
{
    private static readonly string[] BlockingReasons = ["FieldValueNotSupported", "FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid"];

    public static void Check(JsonObject? stored, JsonObject value, CustomSchema schema, ScaleDefinition? scale, FieldErrors errors)
    {
        SchemaValidator.Check(value, stored, schema, "", errors);
        if (scale is not null)
        {
            Replicas(value, scale.SpecReplicasPath, errors);
        }

        StatusOfScale(value, scale, errors);
        Finish(stored, value, schema, errors);
    }

    public static void CheckStatus(JsonObject? stored, JsonObject value, CustomSchema schema, ScaleDefinition? scale, FieldErrors errors)
    {
        if (value.ContainsKey("status") && schema.Child("status") is { } status)
        {
            SchemaValidator.Check(value["status"], stored.At("status"), status, "status", errors);
        }

        StatusOfScale(value, scale, errors);
        Finish(stored, value, schema, errors);
    }

    private static void Finish(JsonObject? stored, JsonObject value, CustomSchema schema, FieldErrors errors)
    {
        var before = new FieldErrors();
        if (stored is not null)
        {
            ListRules.Check(stored, schema, "", before);
        }

        if (!before.Any)
        {
            ListRules.Check(value, schema, "", errors);
        }

        if (errors.Causes.Any(cause => BlockingReasons.Contains(cause.Reason)))
        {
            errors.Invalid(SchemaValidator.Nowhere, null, "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation");
        }
        else
        {
            RuleValidator.Check(value, stored, schema, "", errors);
        }
    }

    private static void StatusOfScale(JsonObject value, ScaleDefinition? scale, FieldErrors errors)
    {
        if (scale is null)
        {
            return;
        }

        Replicas(value, scale.StatusReplicasPath, errors);
        if (scale.LabelSelectorPath is { } path && At(value, path) is { } selector && selector.GetValueKind() != JsonValueKind.String)
        {
            errors.Invalid(path, "", Unfitting(path, selector, "string"));
        }
    }

    private static void Replicas(JsonObject value, string path, FieldErrors errors)
    {
        if (At(value, path) is not { } found)
        {
            return;
        }

        if (found.OptionalNumber() is not { } replicas)
        {
            errors.Invalid(path, 0, Unfitting(path, found, "int64"));
        }
        else if (replicas < 0)
        {
            errors.Invalid(path, replicas, "should be a non-negative integer");
        }
        else if (replicas > int.MaxValue)
        {
            errors.Invalid(path, replicas, string.Create(CultureInfo.InvariantCulture, $"should be less than or equal to {int.MaxValue}"));
        }
    }

    private static JsonNode? At(JsonObject value, string path) => value.At(path.Split('.', StringSplitOptions.RemoveEmptyEntries));

    private static string Unfitting(string path, JsonNode found, string wanted)
    {
        var (shown, type) = found switch
        {
            JsonObject => (Patch.GoFormat.Value(found), "map[string]interface {}"),
            JsonArray => (Patch.GoFormat.Value(found), "[]interface {}"),
            _ => (found.ToString(), found.GetValueKind() switch { JsonValueKind.String => "string", JsonValueKind.Number => found.OptionalNumber() is null ? "float64" : "int64", _ => "bool" }),
        };
        return $"{path} accessor error: {shown} is of the type {type}, expected {wanted}";
    }
}
