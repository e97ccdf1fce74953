using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Values that are a number or a percentage, e.g. maxSurge and minAvailable.</summary>
internal static partial class IntOrPercent
{
    /// <summary>A number of at least 0, or a percentage of at most 100; absence is fine.</summary>
    public static void Check(Place place)
    {
        NotNegative(place);
        AtMostAll(place);
    }

    /// <summary>A number of at least 0, or a percentage.</summary>
    public static void NotNegative(Place place)
    {
        if (place.Value is null)
        {
            return;
        }

        if (place.Value.OptionalNumber() is { } number)
        {
            if (number < 0)
            {
                place.Errors.Invalid(place.Path, place.Value, Checks.NotNegativeText);
            }
        }
        else if (!PercentExpression().IsMatch(place.Text))
        {
            place.Errors.Invalid(
                place.Path, place.Text, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
        }
    }

    public static void AtMostAll(Place place)
    {
        if (Percentage(place.Value) > 100)
        {
            place.Errors.Invalid(place.Path, place.Text, "must not be greater than 100%");
        }
    }

    /// <summary>The number, or the percentage as a number; 0 for anything else.</summary>
    public static long Amount(JsonNode? value) => value.OptionalNumber() ?? Percentage(value) ?? 0;

    private static long? Percentage(JsonNode? value) =>
        PercentExpression().IsMatch(value.Text()) && long.TryParse(value.Text()[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var percent) ? percent : null;

    [GeneratedRegex(@"\A[0-9]+%\z")]
    private static partial Regex PercentExpression();
}
