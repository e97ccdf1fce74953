using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The rules that everything with a selector and a pod template has.</summary>
internal static class WorkloadRules
{
    public static void Selector(Place place)
    {
        if (place.Value is not JsonObject selector)
        {
            place.Errors.Required(place.Path);
            return;
        }

        Checks.LabelSelector(place);
        if (!selector.Entries("matchLabels").Any() && !selector.Items("matchExpressions").Any())
        {
            place.Errors.Invalid(place.Path, place.Value, "empty selector is invalid for deployment");
        }
    }

    /// <summary>The template beside a selector: the two match, and its pods are restarted for ever.</summary>
    public static void Template(Place place)
    {
        var selector = place.Owner.Struct("selector");
        var labels = place.Value.At("metadata", "labels");
        if (!Selectors.Matches(selector, labels))
        {
            place.Errors.Invalid($"{place.Path}.metadata.labels", labels, "`selector` does not match template `labels`");
        }

        var metadata = place.Field("metadata");
        Checks.Labels(metadata.Field("labels") with { Path = $"{place.Path}.labels" });
        var spec = place.Field("spec");
        PodSpecValidation.Check(spec);
        if (spec.Value.Text("restartPolicy") is var policy and not "Always")
        {
            place.Errors.NotSupported($"{spec.Path}.restartPolicy", policy, ["Always"]);
        }

        if (spec.Value.At("activeDeadlineSeconds") is not null)
        {
            place.Errors.Forbidden($"{spec.Path}.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported");
        }
    }

    /// <summary>A selector decides what belongs to its object, so it cannot change.</summary>
    public static void KeepSelector(JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        if (stored is not null && !resource.At("spec", "selector").SameAs(stored.At("spec", "selector")))
        {
            errors.Invalid("spec.selector", resource.At("spec", "selector"), Checks.ImmutableText);
        }
    }

    /// <summary>A count that another one bounds.</summary>
    public static Check NotAbove(string bound, string name) => place =>
    {
        if (place.Number > place.Owner.Number(bound))
        {
            place.Errors.Invalid(place.Path, place.Value, $"cannot be greater than {name}");
        }
    };
}
