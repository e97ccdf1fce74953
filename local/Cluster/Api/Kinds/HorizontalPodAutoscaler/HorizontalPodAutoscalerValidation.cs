using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The rules for autoscalers, in v2's form.</summary>
internal static class HorizontalPodAutoscalerValidation
{
    private const int MaximumWindow = 3600;
    private const int MaximumPeriod = 1800;

    private static readonly string[] MetricTypes = ["ContainerResource", "External", "Object", "Pods", "Resource"];

    private static readonly RuleSet Reference = new()
    {
        { "kind", Checks.Needs(PathSegment) },
        { "name", Checks.Needs(PathSegment) },
    };

    private static readonly RuleSet Metric = new() { { "name", Checks.FirstOf(Checks.RequiredBecause("must specify a metric name"), PathSegment) }, { "selector", Checks.LabelSelector } };

    private static readonly RuleSet Target = new()
    {
        { "type", Checks.RequiredBecause("must specify a metric target type"), TargetType },
        { "value", PositiveAmount },
        { "averageValue", PositiveAmount },
        { "averageUtilization", AboveZero("must be greater than 0") },
    };

    /// <summary>The sources in the order in which upstream looks at them.</summary>
    private static readonly (string Name, RuleSet Rules)[] Sources =
    [
        ("object", new RuleSet { { "describedObject", Reference.Check }, { "metric", Metric.Check }, { "target", Target.Check, ValueOrAverage("must set either a target raw value or a target average value") } }),
        ("external", new RuleSet
        {
            { "metric", Metric.Check },
            { "target", Target.Check, ValueOrAverage("must set either a target value for metric or a per-pod target"), NotBoth("value", "averageValue", "may not set both a target value for metric and a per-pod target") },
        }),
        ("pods", new RuleSet { { "metric", Metric.Check }, { "target", Target.Check, NeedsAverage } }),
        ("resource", new RuleSet { { "name", Checks.RequiredBecause("must specify a resource name") }, { "target", ResourceTarget } }),
        ("containerResource", new RuleSet
        {
            { "name", Checks.RequiredBecause("must specify a resource name") },
            { "container", Checks.RequiredBecause("must specify a container") },
            { "target", ResourceTarget },
        }),
    ];

    private static readonly RuleSet MetricSpec = new()
    {
        { "type", Checks.RequiredBecause("must specify a metric source type"), Checks.OneOf(MetricTypes) },
        { OneSource },
    };

    private static readonly RuleSet Policy = new()
    {
        { "type", Checks.OneOf("Percent", "Pods") },
        { "value", AboveZero("must be greater than zero") },
        { "periodSeconds", AboveZero("must be greater than zero"), AtMost(MaximumPeriod) },
    };

    private static readonly RuleSet ScalingRules = new()
    {
        { "stabilizationWindowSeconds", Window },
        { "selectPolicy", Checks.WhenGiven(Checks.OneOf("Disabled", "Max", "Min")) },
        { "policies", Checks.RequiredBecause("must specify at least one Policy"), Checks.Each(Policy) },
        { "tolerance", NotNegativeAmount },
    };

    private static readonly RuleSet Spec = new()
    {
        {
            "minReplicas", static place =>
            {
                if (place.Value is not null && place.Number < 1)
                {
                    place.Errors.Invalid(place.Path, place.Value, "must be greater than or equal to 1");
                }
            }
        },
        {
            "maxReplicas", AboveZero("must be greater than 0"), static place =>
            {
                if (place.Owner.OptionalNumber("minReplicas") is { } minimum && place.Number < minimum)
                {
                    place.Errors.Invalid(place.Path, place.Value ?? 0, "must be greater than or equal to `minReplicas`");
                }
            }
        },
        { "scaleTargetRef", Reference.Check, NamesAGroup },
        { "metrics", Checks.Each(MetricSpec) },
        { "behavior", Checks.Struct(new RuleSet { { "scaleUp", Checks.Struct(ScalingRules) }, { "scaleDown", Checks.Struct(ScalingRules) } }) },
    };

    public static void Validate(JsonObject resource, FieldErrors errors) => new RuleSet { { "spec", Spec.Check } }.Check(resource, errors);

    public static void ValidateStatus(JsonObject resource, FieldErrors errors) => new RuleSet
    {
        { "status", Checks.Struct(new RuleSet { { "currentReplicas", Checks.NotNegative }, { "desiredReplicas", Checks.NotNegative } }) },
    }.Check(resource, errors);

    private static void PathSegment(Place place)
    {
        if (place.Text is "." or "..")
        {
            place.Errors.Invalid(place.Path, place.Text, $"may not be '{place.Text}'");
            return;
        }

        foreach (var bad in (char[])['/', '%'])
        {
            if (place.Text.Contains(bad, StringComparison.Ordinal))
            {
                place.Errors.Invalid(place.Path, place.Text, $"may not contain '{bad}'");
            }
        }
    }

    private static void NamesAGroup(Place place)
    {
        var version = place.Value.Text("apiVersion");
        if (version.Split('/').Length > 2)
        {
            place.Errors.Invalid($"{place.Path}.apiVersion", version, $"unexpected GroupVersion string: {version}");
        }
        else if (!version.Contains('/', StringComparison.Ordinal) && place.Value.Text("kind") != "ReplicationController")
        {
            place.Errors.Invalid($"{place.Path}.apiVersion", version, "apiVersion must specify API group");
        }
    }

    private static void OneSource(Place place)
    {
        var given = Sources.Where(source => place.Value.At(source.Name) is not null).ToList();
        if (given.Count > 0)
        {
            given[0].Rules.Check(place.Field(given[0].Name));
        }

        var type = place.Value.Text("type");
        var expected = MetricTypes.Contains(type, StringComparer.Ordinal) ? char.ToLowerInvariant(type[0]) + type[1..] : "";
        if (expected.Length > 0 && place.Value.At(expected) is null)
        {
            place.Errors.Required($"{place.Path}.{expected}", "must populate information for the given metric source");
        }

        if (given.Count != 1)
        {
            foreach (var (name, _) in given.Where(source => source.Name != expected))
            {
                place.Errors.Forbidden($"{place.Path}.{name}", "must populate the given metric source only");
            }
        }
    }

    private static void TargetType(Place place)
    {
        if (place.Text is not ("Utilization" or "Value" or "AverageValue"))
        {
            place.Errors.Invalid(place.Path, place.Text, "must be either Utilization, Value, or AverageValue");
        }
    }

    private static void ResourceTarget(Place place)
    {
        Target.Check(place);
        var (utilization, value) = (place.Value.At("averageUtilization"), place.Value.At("averageValue"));
        if (utilization is null && value is null)
        {
            place.Errors.Required($"{place.Path}.averageUtilization", "must set either a target raw value or a target utilization");
        }

        if (utilization is not null && value is not null)
        {
            place.Errors.Forbidden($"{place.Path}.averageValue", "may not set both a target raw value and a target utilization");
        }
    }

    private static Check ValueOrAverage(string detail) => place =>
    {
        if (place.Value.At("value") is null && place.Value.At("averageValue") is null)
        {
            place.Errors.Required($"{place.Path}.averageValue", detail);
        }
    };

    private static Check NotBoth(string first, string second, string detail) => place =>
    {
        if (place.Value.At(first) is not null && place.Value.At(second) is not null)
        {
            place.Errors.Forbidden($"{place.Path}.{first}", detail);
        }
    };

    private static void NeedsAverage(Place place)
    {
        if (!Checks.TryQuantity(place.Value.At("averageValue"), out var average) || average.Sign <= 0)
        {
            place.Errors.Required($"{place.Path}.averageValue", "must specify a positive target averageValue");
        }
    }

    private static void PositiveAmount(Place place)
    {
        if (Checks.TryQuantity(place.Value, out var amount) && amount.Sign <= 0)
        {
            place.Errors.Invalid(place.Path, place.Value, "must be positive");
        }
    }

    private static void NotNegativeAmount(Place place)
    {
        if (Checks.TryQuantity(place.Value, out var amount) && amount.Sign < 0)
        {
            place.Errors.Invalid(place.Path, place.Value, Checks.NotNegativeText);
        }
    }

    /// <summary>A number above zero where the field is there, or where it is never absent.</summary>
    private static Check AboveZero(string detail) => place =>
    {
        if (place.Number < 1 && (place.Value is not null || !place.Path.EndsWith("averageUtilization", StringComparison.Ordinal)))
        {
            place.Errors.Invalid(place.Path, place.Value ?? 0, detail);
        }
    };

    private static Check AtMost(int maximum) => place =>
    {
        if (place.Number > maximum)
        {
            place.Errors.Invalid(place.Path, place.Value, $"must be less than or equal to {maximum}");
        }
    };

    private static void Window(Place place)
    {
        if (place.Number < 0)
        {
            place.Errors.Invalid(place.Path, place.Value, "must be greater than or equal to zero");
        }

        AtMost(MaximumWindow)(place);
    }
}
