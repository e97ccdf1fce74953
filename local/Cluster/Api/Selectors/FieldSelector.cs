using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Selectors;

/// <summary>A field selector, e.g. <c>metadata.name=x,status.phase!=Running</c>, with apimachinery's grammar and messages.</summary>
public sealed class FieldSelector
{
    public static readonly FieldSelector Everything = new([]);

    private readonly ImmutableArray<(string Field, string Value, bool Equal)> _terms;

    private FieldSelector(ImmutableArray<(string Field, string Value, bool Equal)> terms) => _terms = terms;

    public bool MatchesEverything => _terms.IsEmpty;

    /// <summary>The one name that can match, when the selector says <c>metadata.name=…</c>.</summary>
    public string? Name => _terms.Where(term => term.Equal && term.Field == "metadata.name").Select(term => term.Value).FirstOrDefault();

    /// <exception cref="ApiException">400: the text is no selector, or names a field that the kind cannot be selected by.</exception>
    public static FieldSelector Parse(string text, ResourceDefinition definition)
    {
        if (text.Length == 0)
        {
            return Everything;
        }

        var terms = ImmutableArray.CreateBuilder<(string, string, bool)>();
        foreach (var part in SplitTerms(text).Order(StringComparer.Ordinal))
        {
            if (part.Length == 0)
            {
                continue;
            }

            if (!TrySplit(part, out var field, out var operation, out var value))
            {
                throw ApiErrors.BadRequest($"invalid selector: '{text}'; can't understand '{part}'");
            }

            if (field is not ("metadata.name" or "metadata.namespace") && !definition.SelectableFields.ContainsKey(field))
            {
                throw ApiErrors.BadRequest(definition.ModelType is null || definition.SelectableFields.IsEmpty
                    ? $"\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                    : $"field label not supported: {field}");
            }

            terms.Add((field, value, operation != "!="));
        }

        return new FieldSelector(terms.ToImmutable());
    }

    public bool Matches(JsonObject value, ResourceDefinition definition)
    {
        foreach (var (field, wanted, equal) in _terms)
        {
            var actual = field switch
            {
                "metadata.name" => value.Name(),
                "metadata.namespace" => value.Namespace(),
                _ => definition.SelectableFields[field](value),
            };
            if (string.Equals(actual, wanted, StringComparison.Ordinal) != equal)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>As <see cref="Matches"/> where name and namespace decide alone; null where the object has to be looked at.</summary>
    internal bool? MatchesKey(Store.ResourceKey key)
    {
        foreach (var (field, wanted, equal) in _terms)
        {
            var actual = field switch { "metadata.name" => key.Name, "metadata.namespace" => key.Namespace, _ => null };
            if (actual is not null && string.Equals(actual, wanted, StringComparison.Ordinal) != equal)
            {
                return false;
            }
        }

        return _terms.All(term => term.Field is "metadata.name" or "metadata.namespace") ? true : null;
    }

    private static List<string> SplitTerms(string text)
    {
        var (terms, start) = (new List<string>(), 0);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '\\')
            {
                index++;
            }
            else if (text[index] == ',')
            {
                terms.Add(text[start..index]);
                start = index + 1;
            }
        }

        terms.Add(text[start..]);
        return terms;
    }

    private static bool TrySplit(string term, out string field, out string operation, out string value)
    {
        for (var index = 0; index < term.Length; index++)
        {
            foreach (var candidate in (ReadOnlySpan<string>)["!=", "==", "="])
            {
                if (string.CompareOrdinal(term, index, candidate, 0, candidate.Length) == 0)
                {
                    (field, operation, value) = (term[..index], candidate, Unescape(term[(index + candidate.Length)..]));
                    return true;
                }
            }
        }

        (field, operation, value) = ("", "", "");
        return false;
    }

    /// <summary>A value as meant: a backslash stands before itself, a comma and an equals sign, and these stand nowhere else.</summary>
    private static string Unescape(string value)
    {
        var result = new StringBuilder();
        for (var index = 0; index < value.Length; index++)
        {
            if (value[index] == '\\')
            {
                index++;
                if (index == value.Length || value[index] is not ('\\' or ',' or '='))
                {
                    throw ApiErrors.BadRequest($"invalid field selector: invalid escape sequence: {value[(index - 1)..Math.Min(index + 1, value.Length)]}");
                }
            }
            else if (value[index] is ',' or '=')
            {
                throw ApiErrors.BadRequest($"invalid field selector: unescaped character in value: {(int)value[index]}");
            }

            result.Append(value[index]);
        }

        return result.ToString();
    }
}
