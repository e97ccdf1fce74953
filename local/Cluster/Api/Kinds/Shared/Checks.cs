using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The checks that rule tables are made of, with apimachinery's messages.</summary>
internal static class Checks
{
    public const string NotNegativeText = "must be greater than or equal to 0";
    public const string ImmutableText = "field is immutable";
    public const string IPText = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    public static Check Struct(RuleSet rules) => place =>
    {
        if (place.Value is JsonObject)
        {
            rules.Check(place);
        }
    };

    public static Check Each(RuleSet rules) => place =>
    {
        foreach (var item in place.Items())
        {
            rules.Check(item);
        }
    };

    public static Check EachValue(params Check[] checks) => place =>
    {
        foreach (var item in place.Items())
        {
            foreach (var check in checks)
            {
                check(item);
            }
        }
    };

    /// <summary>The first check that finds something ends the row.</summary>
    public static Check FirstOf(params Check[] checks) => place =>
    {
        var before = place.Errors.Causes.Count;
        foreach (var check in checks)
        {
            check(place);
            if (place.Errors.Causes.Count > before)
            {
                return;
            }
        }
    };

    /// <summary>Checks what is there; absence is fine.</summary>
    public static Check WhenGiven(params Check[] checks) => place =>
    {
        if (!IsAbsent(place.Value))
        {
            foreach (var check in checks)
            {
                check(place);
            }
        }
    };

    /// <summary>Required, and then checked.</summary>
    public static Check Needs(params Check[] checks) => place =>
    {
        if (IsAbsent(place.Value))
        {
            place.Errors.Required(place.Path);
            return;
        }

        foreach (var check in checks)
        {
            check(place);
        }
    };

    public static void Required(Place place)
    {
        if (IsAbsent(place.Value))
        {
            place.Errors.Required(place.Path);
        }
    }

    public static Check RequiredBecause(string detail) => place =>
    {
        if (IsAbsent(place.Value))
        {
            place.Errors.Required(place.Path, detail);
        }
    };

    public static void NotNegative(Place place)
    {
        if (place.Number < 0)
        {
            place.Errors.Invalid(place.Path, place.Value, NotNegativeText);
        }
    }

    public static void Positive(Place place)
    {
        if (place.Number <= 0)
        {
            place.Errors.Invalid(place.Path, place.Value, "must be greater than 0");
        }
    }

    public static Check InRange(long minimum, long maximum) => place =>
    {
        if (place.Number < minimum || place.Number > maximum)
        {
            place.Errors.Invalid(place.Path, place.Value ?? 0, $"must be between {minimum} and {maximum}, inclusive");
        }
    };

    public static void Port(Place place) => InRange(1, 65535)(place);

    public static Check OneOf(params string[] supported) => place =>
    {
        if (!supported.Contains(place.Text, StringComparer.Ordinal))
        {
            place.Errors.NotSupported(place.Path, place.Text, supported);
        }
    };

    public static Check Named(Func<string, bool, string?> rule) => place =>
    {
        if (rule(place.Text, false) is { } problem)
        {
            place.Errors.Invalid(place.Path, place.Value, problem);
        }
    };

    /// <summary>No two elements of the list have the same value here.</summary>
    public static void Unique(Place place)
    {
        if (place.List?.IsRepeated(Last(place.Path), place.Text) == true)
        {
            place.Errors.Duplicate(place.Path, place.Value ?? "");
        }
    }

    public static void LabelKey(Place place)
    {
        foreach (var problem in LabelRules.Key(place.Text))
        {
            place.Errors.Invalid(place.Path, place.Text, problem);
        }
    }

    public static void Labels(Place place)
    {
        foreach (var (key, value) in place.Value.Entries())
        {
            foreach (var problem in LabelRules.Key(key))
            {
                place.Errors.Invalid(place.Path, key, problem);
            }

            foreach (var problem in LabelRules.Value(value.Text()))
            {
                place.Errors.Invalid(place.Path, value.Text(), problem);
            }
        }
    }

    public static void IP(Place place)
    {
        if (!IsIP(place.Text))
        {
            place.Errors.Invalid(place.Path, place.Text, IPText);
        }
    }

    /// <summary>A label selector that may be empty.</summary>
    public static void LabelSelector(Place place)
    {
        Labels(place.Field("matchLabels"));
        Each(SelectorRequirement)(place.Field("matchExpressions"));
    }

    public static bool IsIP(string text) => IPAddress.TryParse(text, out var address)
        && (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? !text.Contains('%', StringComparison.Ordinal) : IsDottedQuad(text));

    public static bool IsAbsent(JsonNode? value) => value is null || (value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length == 0)
        || value is JsonArray { Count: 0 } or JsonObject { Count: 0 };

    public static bool TryQuantity(JsonNode? value, out Quantity quantity) => Quantity.TryParse(value.Text(), out quantity);

    private static RuleSet SelectorRequirement { get; } = new()
    {
        {
            place =>
            {
                var values = place.Field("values");
                switch (place.Value.Text("operator"))
                {
                    case "In" or "NotIn":
                        RequiredBecause("must be specified when `operator` is 'In' or 'NotIn'")(values);
                        break;
                    case "Exists" or "DoesNotExist":
                        if (values.Value is JsonArray { Count: > 0 })
                        {
                            place.Errors.Forbidden(values.Path, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                        }

                        break;
                    default:
                        place.Errors.Invalid(place.Field("operator").Path, place.Value.Text("operator"), "not a valid selector operator");
                        break;
                }
            }
        },
        { "key", LabelKey },
        { "values", EachValue(LabelValue) },
    };

    private static void LabelValue(Place place)
    {
        foreach (var problem in LabelRules.Value(place.Text))
        {
            place.Errors.Invalid(place.Path, place.Text, problem);
        }
    }

    private static bool IsDottedQuad(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 4 && parts.All(part => part.Length is > 0 and <= 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0'));
    }

    private static string Last(string path) => path[(path.LastIndexOf('.') + 1)..];
}
