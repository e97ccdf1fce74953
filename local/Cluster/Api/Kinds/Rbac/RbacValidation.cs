using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

internal static class RbacValidation
{
    private static readonly RuleSet NamespacedRules = new() { { "rules", Checks.Each(Rule(isNamespaced: true)) } };
    private static readonly RuleSet ClusterRules = new() { { "rules", Checks.Each(Rule(isNamespaced: false)) } };
    private static readonly RuleSet NamespacedBinding = Binding(["ClusterRole", "Role"], isNamespaced: true);
    private static readonly RuleSet ClusterBinding = Binding(["ClusterRole"], isNamespaced: false);

    /// <summary>The rules for roles.</summary>
    public static RuleSet Rules(bool isNamespaced) => isNamespaced ? NamespacedRules : ClusterRules;

    public static void Binding(bool isNamespaced, JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        (isNamespaced ? NamespacedBinding : ClusterBinding).Check(resource, errors);
        if (stored is not null && !resource.At("roleRef").SameAs(stored.At("roleRef")))
        {
            // Upstream prints its own struct, with the names of its fields.
            var printed = new JsonObject
            {
                ["APIGroup"] = resource.Text("roleRef", "apiGroup"),
                ["Kind"] = resource.Text("roleRef", "kind"),
                ["Name"] = resource.Text("roleRef", "name"),
            };
            errors.Invalid("roleRef", printed, "cannot change roleRef");
        }
    }

    private static RuleSet Rule(bool isNamespaced) => new()
    {
        { "verbs", Checks.RequiredBecause("verbs must contain at least one value") },
        { rule => Targets(rule, isNamespaced) },
    };

    private static void Targets(Place rule, bool isNamespaced)
    {
        var (paths, resources) = (rule.Value.Texts("nonResourceURLs").Any(), rule.Value.Texts("resources").Any());
        if (!paths)
        {
            Checks.RequiredBecause("resource rules must supply at least one api group")(rule.Field("apiGroups"));
            Checks.RequiredBecause("resource rules must supply at least one resource")(rule.Field("resources"));
            return;
        }

        var place = rule.Field("nonResourceURLs");
        if (isNamespaced)
        {
            rule.Errors.Invalid(place.Path, place.Value, "namespaced rules cannot apply to non-resource URLs");
        }

        if (resources || rule.Value.Texts("apiGroups").Any() || rule.Value.Texts("resourceNames").Any())
        {
            rule.Errors.Invalid(place.Path, place.Value, "rules cannot apply to both regular resources and non-resource URLs");
        }
    }

    private static RuleSet Binding(string[] roles, bool isNamespaced) => new()
    {
        {
            "roleRef", Checks.Struct(new RuleSet
            {
                { "apiGroup", Checks.OneOf(RbacKind.Group) },
                { "kind", Checks.OneOf(roles) },
                { "name", Checks.Needs(Checks.Named(NameRules.PathSegment)) },
            })
        },
        { "subjects", Checks.Each(new RuleSet { { "name", Checks.Required }, { subject => Subject(subject, isNamespaced) } }) },
    };

    private static void Subject(Place subject, bool isNamespaced)
    {
        switch (subject.Value.Text("kind"))
        {
            case "ServiceAccount":
                if (subject.Value.Text("name").Length > 0)
                {
                    Checks.Named(NameRules.DnsSubdomain)(subject.Field("name"));
                }

                Checks.WhenGiven(Checks.OneOf(""))(subject.Field("apiGroup"));
                if (!isNamespaced)
                {
                    Checks.Required(subject.Field("namespace"));
                }

                break;
            case "User" or "Group":
                Checks.OneOf(RbacKind.Group)(subject.Field("apiGroup"));
                break;
            default:
                Checks.OneOf("ServiceAccount", "User", "Group")(subject.Field("kind"));
                break;
        }
    }
}
