using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

internal static class JobValidation
{
    public static RuleSet Spec { get; } = new()
    {
        { "parallelism", Checks.WhenGiven(Checks.NotNegative) },
        { "completions", Checks.WhenGiven(Checks.NotNegative) },
        { "activeDeadlineSeconds", Checks.WhenGiven(Checks.NotNegative) },
        { "backoffLimit", Checks.WhenGiven(Checks.NotNegative) },
        { "ttlSecondsAfterFinished", Checks.WhenGiven(Checks.NotNegative) },
        { "completionMode", Checks.WhenGiven(Checks.OneOf("NonIndexed", "Indexed")) },
        { "template", Template },
    };

    public static void Validate(JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        new RuleSet { { "spec", Checks.Struct(Spec) } }.Check(resource, errors);
        if (stored is null)
        {
            return;
        }

        foreach (var field in (ReadOnlySpan<string>)["selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"])
        {
            if (!resource.At("spec", field).SameAs(stored.At("spec", field)))
            {
                errors.Invalid($"spec.{field}", resource.At("spec", field)?.DeepClone(), Checks.ImmutableText);
            }
        }
    }

    private static void Template(Place place)
    {
        var spec = place.Field("spec");
        PodSpecValidation.Check(spec);
        var policy = spec.Field("restartPolicy");
        if (policy.Text == "Always")
        {
            policy.Errors.Required(policy.Path, "valid values: \"OnFailure\", \"Never\"");
        }
        else
        {
            Checks.OneOf("OnFailure", "Never")(policy);
        }
    }
}
