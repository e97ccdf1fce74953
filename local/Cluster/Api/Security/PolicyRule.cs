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

    /// <summary>Tells rules apart by what they say.</summary>
    public static IEqualityComparer<PolicyRule> ByContent { get; } = EqualityComparer<PolicyRule>.Create(
        static (left, right) => left?.ToString() == right?.ToString(), static rule => rule.ToString().GetHashCode(StringComparison.Ordinal));

    /// <summary>The rule as rules of one verb and one group and resource, or one path, each.</summary>
    public IEnumerable<PolicyRule> Parts()
    {
        foreach (var verb in Verbs)
        {
            foreach (var path in Paths)
            {
                yield return new PolicyRule([verb], [], [], [], [path]);
            }

            foreach (var group in Groups)
            {
                foreach (var resource in Resources)
                {
                    foreach (var names in Names.IsEmpty ? [[]] : Names.Select(name => ImmutableArray.Create(name)))
                    {
                        yield return new PolicyRule([verb], [group], [resource], names, []);
                    }
                }
            }
        }
    }

    /// <summary>Whether everything that one of another rule's <see cref="Parts"/> allows is allowed by this one.</summary>
    public bool Covers(PolicyRule part) => part.Paths is [var path]
        ? Contains(Verbs, part.Verbs[0]) && Paths.Any(pattern => CoversPath(pattern, path))
        : Covers(new ResourceAttributes(part.Verbs[0], part.Groups[0], part.Resources[0], "", "", part.Names is [var name] ? name : ""))
            || (part.Resources[0].Split('/') is [var resource, var sub] && Covers(new ResourceAttributes(part.Verbs[0], part.Groups[0], resource, sub, "", part.Names is [var only] ? only : "")));

    /// <summary>As upstream's messages show a rule.</summary>
    public override string ToString() =>
        "{" + string.Join(", ", new[] { ("APIGroups", Groups), ("NonResourceURLs", Paths), ("ResourceNames", Names), ("Resources", Resources), ("Verbs", Verbs) }
            .Where(field => !field.Item2.IsEmpty)
            .Select(field => $"{field.Item1}:{Quote(field.Item2)}")) + "}";

    /// <summary>A list of texts as Go prints it quoted.</summary>
    public static string Quote(IEnumerable<string> values) => $"[{string.Join(' ', values.Select(value => $"\"{value}\""))}]";

    public bool Covers(string verb, string path) => Contains(Verbs, verb) && Paths.Any(pattern => CoversPath(pattern, path));

    private static bool CoversPath(string pattern, string path) =>
        pattern == path || (pattern.EndsWith('*') && path.StartsWith(pattern.AsSpan().TrimEnd('*'), StringComparison.Ordinal));

    private static bool Contains(ImmutableArray<string> values, string wanted) => values.Contains(All) || values.Contains(wanted);

    private static ImmutableArray<string> Texts(JsonObject rule, string field) => [.. MetadataRules.Strings(rule.Array(field))];

    private bool CoversResource(ResourceAttributes wanted) =>
        Contains(Resources, wanted.Combined) || (wanted.Subresource.Length > 0 && Resources.Contains("*/" + wanted.Subresource));
}
