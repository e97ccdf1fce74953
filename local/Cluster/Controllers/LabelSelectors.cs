using k8s.Models;

namespace Scalelab.Cluster.Controllers;

/// <summary>Whether labels match a selector.</summary>
internal static class LabelSelectors
{
    /// <summary>An empty selector matches everything, none at all matches nothing.</summary>
    public static bool Matches(V1LabelSelector? selector, IDictionary<string, string>? labels) =>
        selector is not null
        && Matches(selector.MatchLabels, labels)
        && (selector.MatchExpressions ?? []).All(requirement => Matches(requirement.Key, requirement.OperatorProperty, requirement.Values, labels));

    public static bool Matches(IDictionary<string, string>? wanted, IDictionary<string, string>? labels) =>
        wanted is null || wanted.All(entry => labels is not null && labels.TryGetValue(entry.Key, out var value) && value == entry.Value);

    /// <summary>One requirement; <c>Gt</c> and <c>Lt</c> are known to node selectors only.</summary>
    public static bool Matches(string key, string @operator, IList<string>? values, IDictionary<string, string>? labels)
    {
        string? value = null;
        var present = labels is not null && labels.TryGetValue(key, out value);
        return @operator switch
        {
            "In" => present && values?.Contains(value!) == true,
            "NotIn" => !present || values?.Contains(value!) != true,
            "Exists" => present,
            "DoesNotExist" => !present,
            "Gt" => present && long.TryParse(value, out var number) && long.TryParse(values?.FirstOrDefault(), out var bound) && number > bound,
            "Lt" => present && long.TryParse(value, out var number) && long.TryParse(values?.FirstOrDefault(), out var bound) && number < bound,
            _ => false,
        };
    }
}
