using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Security;

/// <summary>One rule of a role, ready to be compared (component-helpers' auth/rbac).</summary>
internal sealed record PolicyRule(
    ImmutableArray<string> Verbs,
    ImmutableArray<string> Groups,
    ImmutableArray<string> Resources,
    ImmutableArray<string> Names,
    ImmutableArray<string> Paths)
{
    private const string All = "*";

    public static PolicyRule Parse(JsonObject rule) => new(
        Texts(rule, "verbs"), Texts(rule, "apiGroups"), Texts(rule, "resources"), Texts(rule, "resourceNames"), Texts(rule, "nonResourceURLs"));

    public bool Covers(ResourceAttributes wanted) =>
        Contains(Verbs, wanted.Verb)
        && Contains(Groups, wanted.Group)
        && CoversResource(wanted)
        && (Names.IsEmpty || Names.Contains(wanted.Name));

    public bool Covers(string verb, string path) => Contains(Verbs, verb) && Paths.Any(pattern => CoversPath(pattern, path));

    private static bool CoversPath(string pattern, string path) =>
        pattern == path || (pattern.EndsWith('*') && path.StartsWith(pattern.AsSpan().TrimEnd('*'), StringComparison.Ordinal));

    private static bool Contains(ImmutableArray<string> values, string wanted) => values.Contains(All) || values.Contains(wanted);

    private static ImmutableArray<string> Texts(JsonObject rule, string field) => [.. MetadataRules.Strings(rule.Array(field))];

    private bool CoversResource(ResourceAttributes wanted) =>
        Contains(Resources, wanted.Combined) || (wanted.Subresource.Length > 0 && Resources.Contains("*/" + wanted.Subresource));
}
