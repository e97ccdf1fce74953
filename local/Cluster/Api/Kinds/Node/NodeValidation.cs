using System.Net;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

internal static class NodeValidation
{
    private static readonly RuleSet Taint = new()
    {
        { "key", Checks.Needs(Checks.LabelKey) },
        { "value", static place => LabelRules.Value(place.Text).ToList().ForEach(problem => place.Errors.Invalid(place.Path, place.Text, problem)) },
        { "effect", Checks.Needs(Checks.OneOf("NoSchedule", "PreferNoSchedule", "NoExecute")) },
        { UniqueTaint },
    };

    private static readonly RuleSet Spec = new() { { "podCIDRs", Checks.EachValue(Range) } };

    public static void Validate(JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        var taints = new Place(resource.At("spec", "taints"), "metadata.taints", null, resource, null, errors);
        Checks.Each(Taint)(taints);
        if (stored is not null)
        {
            // Upstream validates an updated node as a whole and its taints once more.
            Checks.Each(Taint)(taints);
        }

        new RuleSet { { "spec", Checks.Struct(Spec) } }.Check(resource, errors);
        if (stored is null)
        {
            return;
        }

        if (stored.Items("spec", "podCIDRs").Any() || stored.Texts("spec", "podCIDRs").Any())
        {
            if (!resource.At("spec", "podCIDRs").SameAs(stored.At("spec", "podCIDRs")))
            {
                errors.Forbidden("spec.podCIDRs", "node updates may not change podCIDR except from \"\" to valid");
            }
        }

        if (stored.Text("spec", "providerID") is { Length: > 0 } provider && provider != resource.Text("spec", "providerID"))
        {
            errors.Forbidden("spec.providerID", "node updates may not change providerID except from \"\" to valid");
        }
    }

    private static void UniqueTaint(Place place)
    {
        if (place.List!.IsRepeated(place.Value.Text("effect"), place.Value.Text("key")))
        {
            place.Errors.Duplicate(place.Path, place.Value);
        }
    }

    private static void Range(Place place)
    {
        if (!place.Text.Contains('/', StringComparison.Ordinal) || !IPNetwork.TryParse(place.Text, out _))
        {
            place.Errors.Invalid(place.Path, place.Text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        }
    }
}
