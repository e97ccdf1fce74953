using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.CustomResources;

namespace Scalelab.Cluster.Api.Kinds;

internal static class CustomResourceDefinitionValidation
{
    private const string MixedCase = "may have mixed case, but should otherwise match: ";
    private static readonly string[] ColumnTypes = ["boolean", "date", "integer", "number", "string"];
    private static readonly string[] ColumnFormats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "name", "password"];

    private static readonly RuleSet Names = new()
    {
        { "plural", Checks.WhenGiven(Checks.Named(NameRules.Dns1035Label)) },
        { "singular", Checks.WhenGiven(Checks.Named(NameRules.Dns1035Label)) },
        { "kind", Checks.WhenGiven(KindName) },
        { "listKind", Checks.WhenGiven(KindName) },
        { "shortNames", Checks.EachValue(Checks.Named(NameRules.Dns1035Label)) },
        { "listKind", Checks.WhenGiven(OtherThanKind) },
        { "categories", Checks.EachValue(Checks.Named(NameRules.Dns1035Label)) },
    };

    private static readonly RuleSet Column = new()
    {
        { "name", Checks.Required },
        { "type", ColumnType },
        { "format", Checks.WhenGiven(ColumnFormat) },
        { place => Checks.Needs(SimplePath)(place.Field("jsonPath") with { Path = $"{place.Path}.JSONPath" }) },
    };

    private static readonly RuleSet Scale = new()
    {
        { "specReplicasPath", Checks.Needs(Checks.FirstOf(SimplePath, Under(".spec.", "should be a json path under .spec"))) },
        { "statusReplicasPath", Checks.Needs(Checks.FirstOf(SimplePath, Under(".status.", "should be a json path under .status"))) },
        { "labelSelectorPath", Checks.WhenGiven(Checks.FirstOf(SimplePath, Under(".spec. .status.", "should be a json path under either .spec or .status"))) },
    };

    private static readonly RuleSet Conversion = new()
    {
        { "strategy", Checks.Needs(Checks.OneOf("None", "Webhook")) },
        { ConversionWebhook },
    };

    private static readonly RuleSet Spec = new()
    {
        { "group", Checks.Needs(Checks.FirstOf(Checks.Named(NameRules.DnsSubdomain), Domain)) },
        { "scope", Checks.Needs(Checks.OneOf("Cluster", "Namespaced")) },
        { "versions", HaveSchemas, VersionNames },
        { "versions", Versions },
        { "names", Present("plural", "singular", "kind", "listKind"), Names.Check },
        { Hoisted },
        { "conversion", Checks.WhenGiven(Conversion.Check) },
    };

    public static void Validate(JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        var spec = resource.Struct("spec") ?? [];
        if (stored is null && resource.Text("metadata", "name") != $"{spec.Text("names", "plural")}.{spec.Text("group")}")
        {
            errors.Invalid("metadata.name", resource.Text("metadata", "name"), "must be spec.names.plural+\".\"+spec.group");
        }

        new RuleSet { { "spec", Checks.Struct(Spec) } }.Check(resource, errors);
        if (stored is not null)
        {
            if (DefinitionConditions.IsTrue(stored, "Established"))
            {
                Unchanged(stored, resource, errors, "spec", "scope");
                Unchanged(stored, resource, errors, "spec", "names", "kind");
            }

            Unchanged(stored, resource, errors, "spec", "group");
            Unchanged(stored, resource, errors, "spec", "names", "plural");
        }

        StoredVersions(resource, errors);
        if (resource.Flag("spec", "preserveUnknownFields"))
        {
            errors.Invalid("spec.preserveUnknownFields", true, "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead");
        }
    }

    public static void ValidateStatus(JsonObject? stored, JsonObject resource, FieldErrors errors) =>
        new RuleSet { { "status", place => Names.Check(place.Field("acceptedNames")) } }.Check(resource, errors);

    private static void Unchanged(JsonObject stored, JsonObject resource, FieldErrors errors, params string[] path)
    {
        if (!resource.At(path).SameAs(stored.At(path)))
        {
            errors.Invalid(string.Join('.', path), resource.At(path)?.DeepClone(), Checks.ImmutableText);
        }
    }

    private static void StoredVersions(JsonObject resource, FieldErrors errors)
    {
        var stored = resource.Texts("status", "storedVersions").ToList();
        var versions = resource.Items("spec", "versions").Select(version => version.Text("name")).ToList();
        if (stored.Count == 0)
        {
            errors.Invalid("status.storedVersions", new JsonArray(), "must have at least one stored version");
            return;
        }

        for (var index = 0; index < stored.Count; index++)
        {
            if (!versions.Contains(stored[index]))
            {
                errors.Invalid(
                    $"status.storedVersions[{index}]",
                    stored[index],
                    $"missing from spec.versions; {stored[index]} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains "
                    + $"persisted in {stored[index]} and removes {stored[index]} from status.storedVersions");
            }
        }
    }

    private static void Domain(Place place)
    {
        if (!place.Text.Contains('.', StringComparison.Ordinal))
        {
            place.Errors.Invalid(place.Path, place.Text, "should be a domain with at least one dot");
        }
    }

    private static void KindName(Place place)
    {
        if (NameRules.Dns1035Label(place.Text.ToLowerInvariant(), false) is { } problem)
        {
            place.Errors.Invalid(place.Path, place.Text, MixedCase + problem);
        }
    }

    private static void OtherThanKind(Place place)
    {
        if (place.Text == place.Owner.Text("kind"))
        {
            place.Errors.Invalid(place.Path, place.Text, "kind and listKind may not be the same");
        }
    }

    private static Check Present(params string[] fields) => place =>
    {
        foreach (var field in fields)
        {
            Checks.Required(place.Field(field));
        }
    };

    private static void HaveSchemas(Place place)
    {
        foreach (var version in place.Items().Where(version => version.Value.Struct("schema", "openAPIV3Schema") is null))
        {
            place.Errors.Required($"{version.Path}.schema.openAPIV3Schema");
        }
    }

    private static void VersionNames(Place place)
    {
        foreach (var version in place.Items())
        {
            Checks.Named(NameRules.Dns1035Label)(version.Field("name"));
            Deprecation(version);
        }
    }

    private static void Deprecation(Place version)
    {
        var warning = version.Field("deprecationWarning");
        if (warning.Value is null)
        {
            return;
        }

        foreach (var problem in (ReadOnlySpan<(bool Holds, string Text)>)
            [(!version.Value.Flag("deprecated"), "can only be set for deprecated versions"), (warning.Text.Length > 256, "must be <= 256 characters long"), (warning.Text.Length == 0, "must not be an empty string")])
        {
            if (problem.Holds)
            {
                place(warning, problem.Text);
            }
        }

        static void place(Place warning, string text) => warning.Errors.Invalid(warning.Path, warning.Value, text);
    }

    /// <summary>What versions have for themselves. What all of them have alike belongs to the definition as a whole, see <see cref="Hoisted"/>.</summary>
    private static void Versions(Place place)
    {
        var versions = place.Items().ToList();
        foreach (var version in versions)
        {
            if (!AreAlike(versions, "schema"))
            {
                Schema(version.Field("schema"), HasStatus(version));
            }

            if (!AreAlike(versions, "subresources"))
            {
                Subresources(version.Field("subresources"));
            }

            if (!AreAlike(versions, "additionalPrinterColumns"))
            {
                Checks.Each(Column)(version.Field("additionalPrinterColumns"));
            }
        }

        if (versions.DistinctBy(version => version.Value.Text("name")).Count() < versions.Count)
        {
            place.Errors.Invalid(place.Path, place.Value, "must contain unique version names");
        }

        if (versions.Count(version => version.Value.Flag("storage")) != 1)
        {
            place.Errors.Invalid(place.Path, place.Value, "must have exactly one version marked as storage version");
        }
    }

    /// <summary>Upstream keeps what all versions have alike once, in the fields of its first version, and reports it by their paths.</summary>
    private static void Hoisted(Place spec)
    {
        var versions = spec.Field("versions").Items().ToList();
        if (versions.Count == 0)
        {
            return;
        }

        if (AreAlike(versions, "schema"))
        {
            Schema(versions[0].Field("schema") with { Path = $"{spec.Path}.validation" }, versions.Exists(HasStatus));
        }

        if (AreAlike(versions, "subresources"))
        {
            Subresources(versions[0].Field("subresources") with { Path = $"{spec.Path}.subresources" });
        }

        if (AreAlike(versions, "additionalPrinterColumns"))
        {
            Checks.Each(Column)(versions[0].Field("additionalPrinterColumns") with { Path = $"{spec.Path}.additionalPrinterColumns" });
        }
    }

    private static bool AreAlike(List<Place> versions, string field) => versions.TrueForAll(version => version.Value.At(field).SameAs(versions[0].Value.At(field)));

    private static bool HasStatus(Place version) => version.Value.At("subresources") is JsonObject subresources && subresources.ContainsKey("status");

    private static void Schema(Place place, bool hasStatus)
    {
        if (place.Value.Struct("openAPIV3Schema") is not { } source)
        {
            return;
        }

        var path = $"{place.Path}.openAPIV3Schema";
        if (hasStatus && source.Text("type") is var type and not "object")
        {
            place.Errors.Invalid($"{path}.type", type, "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled");
        }

        if (source.Flag("nullable"))
        {
            place.Errors.Forbidden($"{path}.nullable", "nullable cannot be true at the root");
        }

        StructuralRules.Check(CustomSchema.Parse(source), path, place.Errors);
    }

    private static void Subresources(Place place)
    {
        if (place.Value.Struct("scale") is not null)
        {
            Scale.Check(place.Field("scale"));
        }
    }

    private static void ColumnType(Place place)
    {
        if (place.Text.Length == 0)
        {
            place.Errors.Required(place.Path, $"must be one of {string.Join(',', ColumnTypes)}");
        }
        else if (!ColumnTypes.Contains(place.Text))
        {
            place.Errors.Invalid(place.Path, place.Text, $"must be one of {string.Join(',', ColumnTypes)}");
        }
    }

    private static void ColumnFormat(Place place)
    {
        if (!ColumnFormats.Contains(place.Text))
        {
            place.Errors.Invalid(place.Path, place.Text, $"must be one of {string.Join(',', ColumnFormats)}");
        }
    }

    private static void SimplePath(Place place)
    {
        if (!place.Text.StartsWith('.'))
        {
            place.Errors.Invalid(place.Path, place.Text, "must be a simple json path starting with .");
        }
    }

    private static Check Under(string prefixes, string problem) => place =>
    {
        if (!prefixes.Split(' ').Any(prefix => place.Text.StartsWith(prefix, StringComparison.Ordinal)))
        {
            place.Errors.Invalid(place.Path, place.Text, problem);
        }
    };

    private static void ConversionWebhook(Place place)
    {
        var webhook = place.Field("webhook");
        if (place.Value.Text("strategy") != "Webhook")
        {
            if (webhook.Value.Struct("clientConfig") is not null)
            {
                place.Errors.Forbidden($"{place.Path}.webhookClientConfig", "should not be set when strategy is not set to Webhook");
            }

            return;
        }

        if (webhook.Value.Struct("clientConfig") is null)
        {
            place.Errors.Required($"{place.Path}.webhookClientConfig", "required when strategy is set to Webhook");
        }

        if (!webhook.Value.Texts("conversionReviewVersions").Any())
        {
            place.Errors.Required($"{place.Path}.conversionReviewVersions");
        }

        if (place.Root.Items("spec", "versions").Count(version => version.Flag("served")) > 1)
        {
            place.Errors.Forbidden($"{place.Path}.strategy", "this cluster calls no conversion webhooks; serve one version, or use the strategy None");
        }
    }
}
