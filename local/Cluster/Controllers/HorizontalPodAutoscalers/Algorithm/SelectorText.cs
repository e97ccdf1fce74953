using k8s.Models;

namespace Scalelab.Cluster.Controllers.HorizontalPodAutoscalers.Algorithm;

/// <summary>A selector as Go prints the structure, which is how messages about external metrics show it.</summary>
internal static class SelectorText
{
    public static string Of(V1LabelSelector? selector)
    {
        if (selector is null)
        {
            return "nil";
        }

        var labels = string.Concat((selector.MatchLabels ?? new Dictionary<string, string>()).OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}: {label.Value},"));
        var expressions = string.Concat((selector.MatchExpressions ?? []).Select(
            expression => $"LabelSelectorRequirement{{Key:{expression.Key},Operator:{expression.OperatorProperty},Values:[{string.Join(' ', expression.Values ?? [])}],}},"));
        return $"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}";
    }
}
