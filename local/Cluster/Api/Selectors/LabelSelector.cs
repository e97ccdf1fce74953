using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Selectors;

/// <summary>A label selector in its text form, e.g. <c>app=x,tier in (web,db),!canary</c>, with apimachinery's grammar and messages.</summary>
public sealed class LabelSelector
{
    public static readonly LabelSelector Everything = new([]);

    private readonly ImmutableArray<LabelRequirement> _requirements;

    internal LabelSelector(ImmutableArray<LabelRequirement> requirements) => _requirements = requirements;

    public bool MatchesEverything => _requirements.IsEmpty;

    /// <exception cref="ApiException">400: the text is no selector.</exception>
    public static LabelSelector Parse(string text) => string.IsNullOrWhiteSpace(text) ? Everything : new LabelSelectorParser(text).Parse();

    /// <summary>Whether an object's labels (null: none) meet every requirement.</summary>
    public bool Matches(JsonObject? labels) => Matches(name => labels.Text(name) is { } value ? (true, value) : (labels?.ContainsKey(name) == true, ""));

    /// <summary>Whether an object's labels (null: none) meet every requirement.</summary>
    public bool Matches(IDictionary<string, string>? labels) =>
        Matches(name => labels is not null && labels.TryGetValue(name, out var value) ? (true, value) : (false, ""));

    /// <summary>Whether the labels of an object given as JSON meet every requirement.</summary>
    public bool MatchesJson(ReadOnlySpan<byte> json)
    {
        if (MatchesEverything)
        {
            return true;
        }

        var reader = new Utf8JsonReader(json);
        var labels = new Dictionary<string, string>();
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMetadata = reader.ValueTextEquals("metadata"u8);
            reader.Read();
            if (!isMetadata)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isLabels = reader.ValueTextEquals("labels"u8);
                reader.Read();
                if (!isLabels)
                {
                    reader.Skip();
                    continue;
                }

                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    labels[name] = reader.GetString() ?? "";
                }

                return Matches(labels);
            }

            break;
        }

        return Matches(labels);
    }

    private bool Matches(Func<string, (bool Present, string Value)> lookup)
    {
        foreach (var requirement in _requirements)
        {
            var (present, value) = lookup(requirement.Key);
            if (!requirement.Matches(present, value))
            {
                return false;
            }
        }

        return true;
    }
}

internal enum LabelOperator
{
    In,
    NotIn,
    Exists,
    NotExists,
    GreaterThan,
    LessThan,
}

internal sealed record LabelRequirement(string Key, LabelOperator Operator, ImmutableArray<string> Values)
{
    public bool Matches(bool present, string value) => Operator switch
    {
        LabelOperator.In => present && Values.Contains(value),
        LabelOperator.NotIn => !present || !Values.Contains(value),
        LabelOperator.Exists => present,
        LabelOperator.NotExists => !present,
        _ => present
            && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var actual)
            && long.TryParse(Values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var bound)
            && (Operator == LabelOperator.GreaterThan ? actual > bound : actual < bound),
    };
}
