
namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The rules for requests and limits.</summary>
internal static class ResourceRules
{
    private static readonly string[] Standard = ["cpu", "memory", "ephemeral-storage"];

    public static RuleSet Resources { get; } = new()
    {
        { "limits", Amounts },
        { "requests", Amounts },
        { WithinLimits },
    };

    private static bool IsHugePages(string name) => name.StartsWith("hugepages-", StringComparison.Ordinal);

    private static bool IsStandard(string name) => Standard.Contains(name, StringComparer.Ordinal) || IsHugePages(name);

    /// <summary>Resources that nodes cannot promise twice, so that request and limit are one.</summary>
    private static bool CanBeOvercommitted(string name) => !IsHugePages(name) && !name.Contains('/', StringComparison.Ordinal);

    private static void Amounts(Place place)
    {
        foreach (var (name, value) in place.Value.Entries())
        {
            var path = $"{place.Path}[{name}]";
            foreach (var problem in LabelRules.Key(name))
            {
                place.Errors.Invalid(path, name, problem);
            }

            if (!IsStandard(name) && !name.Contains('/', StringComparison.Ordinal))
            {
                place.Errors.Invalid(path, name, "must be a standard resource type or fully qualified");
                place.Errors.Invalid(path, name, "must be a standard resource for containers");
                continue;
            }

            if (!Checks.TryQuantity(value, out var amount))
            {
                continue;
            }

            if (amount.Sign < 0)
            {
                place.Errors.Invalid(path, value, Checks.NotNegativeText);
            }

            if (name.Contains('/', StringComparison.Ordinal) && !amount.IsWhole)
            {
                place.Errors.Invalid(path, value, "must be an integer");
            }
        }
    }

    private static void WithinLimits(Place place)
    {
        var (requests, limits) = (place.Field("requests"), place.Value.At("limits"));
        foreach (var (name, value) in requests.Value.Entries().OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (!Checks.TryQuantity(value, out var request))
            {
                continue;
            }

            if (Checks.TryQuantity(limits.At(name), out var limit))
            {
                if (request != limit && !CanBeOvercommitted(name))
                {
                    place.Errors.Invalid(requests.Path, value, $"must be equal to {name} limit of {limit}");
                }
                else if (request > limit)
                {
                    place.Errors.Invalid(requests.Path, value, $"must be less than or equal to {name} limit of {limit}");
                }
            }
            else if (IsStandard(name) ? IsHugePages(name) : name.Contains('/', StringComparison.Ordinal))
            {
                place.Errors.Required($"{place.Path}.limits", "Limit must be set for non overcommitable resources");
            }
        }
    }
}
