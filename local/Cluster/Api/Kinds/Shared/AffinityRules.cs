namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The rules for affinity to nodes and to pods.</summary>
internal static class AffinityRules
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";
    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    private static readonly RuleSet NodeRequirement = new()
    {
        {
            static place =>
            {
                var values = place.Field("values");
                switch (place.Value.Text("operator"))
                {
                    case "In" or "NotIn":
                        Checks.RequiredBecause("must be specified when `operator` is 'In' or 'NotIn'")(values);
                        break;
                    case "Exists" or "DoesNotExist":
                        if (!Checks.IsAbsent(values.Value))
                        {
                            place.Errors.Forbidden(values.Path, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                        }

                        break;
                    case "Gt" or "Lt":
                        if (values.Value.Texts().Count() != 1)
                        {
                            place.Errors.Required(values.Path, "must be specified single value when `operator` is 'Lt' or 'Gt'");
                        }

                        break;
                    default:
                        place.Errors.Invalid(place.Field("operator").Path, place.Value.Text("operator"), "not a valid selector operator");
                        break;
                }
            }
        },
        { "key", Checks.LabelKey },
    };

    private static readonly RuleSet NodeTerm = new() { { "matchExpressions", Checks.Each(NodeRequirement) } };

    private static readonly RuleSet PreferredNodeTerm = new() { { "weight", Checks.InRange(1, 100) }, { "preference", Checks.Struct(NodeTerm) } };

    private static readonly RuleSet PodTerm = new()
    {
        { "labelSelector", Checks.LabelSelector },
        { "namespaceSelector", Checks.LabelSelector },
        { "namespaces", Checks.EachValue(Checks.Named(NameRules.DnsLabel)) },
        { "topologyKey", Checks.RequiredBecause("can not be empty"), Checks.LabelKey },
    };

    private static readonly RuleSet WeightedPodTerm = new() { { "weight", Checks.InRange(1, 100) }, { "podAffinityTerm", Checks.Struct(PodTerm) } };

    private static readonly RuleSet PodAffinity = new() { { Required, Checks.Each(PodTerm) }, { Preferred, Checks.Each(WeightedPodTerm) } };

    public static RuleSet Affinity { get; } = new()
    {
        {
            "nodeAffinity", Checks.Struct(new RuleSet
            {
                {
                    Required, Checks.Struct(new RuleSet
                    {
                        { "nodeSelectorTerms", Checks.RequiredBecause("must have at least one node selector term"), Checks.Each(NodeTerm) },
                    })
                },
                { Preferred, Checks.Each(PreferredNodeTerm) },
            })
        },
        { "podAffinity", Checks.Struct(PodAffinity) },
        { "podAntiAffinity", Checks.Struct(PodAffinity) },
    };
}
