using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Selectors;

/// <summary>A meta/v1 LabelSelector, as objects carry it, made into a <see cref="LabelSelector"/>.</summary>
internal static class ObjectSelector
{
    /// <summary>The selector of an object; an empty one matches everything. Unknown operators match nothing.</summary>
    public static LabelSelector Parse(JsonObject selector)
    {
        var exact = (selector.Object("matchLabels") ?? []).Select(label => new LabelRequirement(label.Key, LabelOperator.In, [label.Value?.GetValue<string>() ?? ""]));
        var expressions = (selector.Array("matchExpressions") ?? []).OfType<JsonObject>().Select(expression => new LabelRequirement(
            expression.Text("key") ?? "",
            expression.Text("operator") switch { "In" => LabelOperator.In, "NotIn" => LabelOperator.NotIn, "Exists" => LabelOperator.Exists, "DoesNotExist" => LabelOperator.NotExists, _ => LabelOperator.In },
            [.. MetadataRules.Strings(expression.Array("values"))]));
        return new LabelSelector([.. exact, .. expressions]);
    }
}
