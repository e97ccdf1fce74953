namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The rules for the names of ports, and for fields that hold a port's number or name.</summary>
internal static class PortRules
{
    private const int MaximumLength = 15;

    public static void Name(Place place)
    {
        foreach (var problem in Problems(place.Text))
        {
            place.Errors.Invalid(place.Path, place.Text, problem);
        }
    }

    public static void NumberOrName(Place place)
    {
        if (place.Value.OptionalNumber() is not null || place.Value is null)
        {
            Checks.Port(place);
        }
        else
        {
            Name(place);
        }
    }

    private static IEnumerable<string> Problems(string name)
    {
        if (name.Length > MaximumLength)
        {
            yield return $"must be no more than {MaximumLength} characters";
        }

        if (name.Length == 0 || !name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-'))
        {
            yield return "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
        }

        if (!name.Any(char.IsAsciiLetterLower))
        {
            yield return "must contain at least one letter (a-z)";
        }

        if (name.Contains("--", StringComparison.Ordinal))
        {
            yield return "must not contain consecutive hyphens";
        }

        if (name.StartsWith('-') || name.EndsWith('-'))
        {
            yield return "must not begin or end with a hyphen";
        }
    }
}
