using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>One check of one place in an object; it adds what is wrong to the place's errors.</summary>
internal delegate void Check(Place place);

/// <summary>
/// A table of rules: fields and the checks that hold for them, in the order in which upstream reports. Rows without a field check the
/// struct as a whole.
/// </summary>
internal sealed class RuleSet : IEnumerable
{
    private readonly List<Check> _checks = [];

    public void Add(string field, params Check[] checks) => _checks.Add(place =>
    {
        var at = place.Field(field);
        foreach (var check in checks)
        {
            check(at);
        }
    });

    public void Add(Check check) => _checks.Add(check);

    /// <summary>Checks a whole object.</summary>
    public void Check(JsonObject resource, FieldErrors errors) => Check(new Place(resource, "", resource, resource, null, errors));

    public void Check(Place place)
    {
        foreach (var check in _checks)
        {
            check(place);
        }
    }

    public IEnumerator GetEnumerator() => _checks.GetEnumerator();
}

/// <summary>A place in an object: the value there, its path as messages print it, and where errors go.</summary>
/// <param name="Value">The value; null when absent.</param>
/// <param name="Owner">The struct that the value is a field of.</param>
/// <param name="Root">The whole object.</param>
/// <param name="List">What is known of the list that the owner is an element of; null outside of lists.</param>
internal readonly record struct Place(JsonNode? Value, string Path, JsonNode? Owner, JsonObject Root, ListState? List, FieldErrors Errors)
{
    public string Text => Value.Text();

    public long Number => Value.Number();

    public Place Field(string name) => this with { Value = Value.At(name), Path = Path.Length == 0 ? name : $"{Path}.{name}", Owner = Value };

    public Place Entry(string key) => this with { Value = Value.At(key), Path = $"{Path}[{key}]", Owner = Value };

    public IEnumerable<Place> Items()
    {
        if (Value is not JsonArray items)
        {
            yield break;
        }

        var state = new ListState();
        for (var index = 0; index < items.Count; index++)
        {
            yield return this with { Value = items[index], Path = string.Create(CultureInfo.InvariantCulture, $"{Path}[{index}]"), Owner = Value, List = state };
        }
    }
}

/// <summary>The values that earlier elements of a list had, by field.</summary>
internal sealed class ListState
{
    private readonly HashSet<(string Field, string Value)> _seen = [];

    /// <summary>Whether an earlier element had the value too.</summary>
    public bool IsRepeated(string field, string value) => !_seen.Add((field, value));
}
