using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The rules for a pod's spec, in pods and in templates.</summary>
internal static class PodSpecValidation
{
    private const int MaximumDeadline = int.MaxValue;

    private static readonly RuleSet LocalReference = new() { { "name", Checks.Required } };

    private static readonly RuleSet ReadinessGate = new() { { "conditionType", Checks.LabelKey } };

    private static readonly RuleSet SchedulingGate = new() { { "name", Checks.LabelKey, Checks.Unique } };

    private static readonly RuleSet Toleration = new()
    {
        { "key", Checks.WhenGiven(Checks.LabelKey) },
        { TolerationForm },
        { "operator", TolerationOperator },
        { "effect", Checks.WhenGiven(Checks.OneOf("NoSchedule", "PreferNoSchedule", "NoExecute")) },
    };

    private static readonly RuleSet HostAlias = new()
    {
        { "ip", Checks.IP },
        { "hostnames", Checks.EachValue(Checks.Named(NameRules.DnsSubdomain)) },
    };

    private static readonly RuleSet SpreadConstraint = new()
    {
        { "maxSkew", PositiveInWords },
        { "topologyKey", Checks.FirstOf(Checks.RequiredBecause("can not be empty"), Checks.LabelKey) },
        { "whenUnsatisfiable", Checks.OneOf("DoNotSchedule", "ScheduleAnyway") },
        { "labelSelector", Checks.LabelSelector },
    };

    private static readonly RuleSet Spec = new()
    {
        { "volumes", Checks.Each(VolumeRules.Volume) },
        { "containers", Checks.Required, Checks.Each(ContainerRules.Container) },
        { "initContainers", Checks.Each(ContainerRules.InitContainer) },
        { "restartPolicy", Checks.Needs(Checks.OneOf("Always", "OnFailure", "Never")) },
        { "dnsPolicy", Checks.Needs(Checks.OneOf("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")) },
        { "nodeSelector", Checks.Labels },
        { "imagePullSecrets", Checks.Each(LocalReference) },
        { "affinity", Checks.Struct(AffinityRules.Affinity) },
        { "readinessGates", Checks.Each(ReadinessGate) },
        { "schedulingGates", Checks.Each(SchedulingGate) },
        { "topologySpreadConstraints", Checks.Each(SpreadConstraint) },
        { "serviceAccountName", Checks.WhenGiven(Checks.Named(NameRules.DnsSubdomain)) },
        { "nodeName", Checks.WhenGiven(Checks.Named(NameRules.DnsSubdomain)) },
        { "activeDeadlineSeconds", Deadline },
        { "hostname", Checks.WhenGiven(Checks.Named(NameRules.DnsLabel)) },
        { "subdomain", Checks.WhenGiven(Checks.Named(NameRules.DnsLabel)) },
        { "tolerations", Checks.Each(Toleration) },
        { "hostAliases", Checks.Each(HostAlias) },
        { "priorityClassName", Checks.WhenGiven(Checks.Named(NameRules.DnsSubdomain)) },
        { "runtimeClassName", Checks.WhenGiven(Checks.Named(NameRules.DnsSubdomain)) },
        { "preemptionPolicy", Checks.WhenGiven(Checks.OneOf("Never", "PreemptLowerPriority")) },
    };

    /// <summary>Checks the spec at a place; an absent spec is an empty one.</summary>
    public static void Check(Place place) => Spec.Check(place with { Value = place.Value ?? new JsonObject() });

    private static void TolerationForm(Place place)
    {
        var (key, op) = (place.Value.Text("key"), place.Value.Text("operator"));
        if (key.Length == 0 && op != "Exists")
        {
            place.Errors.Invalid($"{place.Path}.operator", op, "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        }

        if (place.Value.At("tolerationSeconds") is not null && place.Value.Text("effect") != "NoExecute")
        {
            place.Errors.Invalid($"{place.Path}.effect", place.Value.Text("effect"), "effect must be 'NoExecute' when `tolerationSeconds` is set");
        }
    }

    private static void TolerationOperator(Place place)
    {
        var value = place.Owner.Text("value");
        switch (place.Text)
        {
            case "" or "Equal":
                foreach (var problem in LabelRules.Value(value))
                {
                    place.Errors.Invalid(place.Path, value, problem);
                }

                break;
            case "Exists":
                if (value.Length > 0)
                {
                    place.Errors.Invalid(place.Path, value, "value must be empty when `operator` is 'Exists'");
                }

                break;
            default:
                place.Errors.NotSupported(place.Path, place.Text, ["Equal", "Exists"]);
                break;
        }
    }

    private static void Deadline(Place place)
    {
        if (place.Value is not null)
        {
            Checks.InRange(1, MaximumDeadline)(place);
        }
    }

    private static void PositiveInWords(Place place)
    {
        if (place.Number <= 0)
        {
            place.Errors.Invalid(place.Path, place.Value ?? 0, "must be greater than zero");
        }
    }
}
