using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Scalelab.Engine.Properties;

/// <summary>An object of named values, ordered by name.</summary>
internal sealed record PropertyMap : PropertyValue, IReadOnlyDictionary<string, PropertyValue>
{
    private readonly ImmutableSortedDictionary<string, PropertyValue> _values;

    public PropertyMap(IEnumerable<KeyValuePair<string, PropertyValue>> values)
    {
        _values = values.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private PropertyMap(ImmutableSortedDictionary<string, PropertyValue> values)
    {
        _values = values;
    }

    public static PropertyMap Empty { get; } = new(ImmutableSortedDictionary<string, PropertyValue>.Empty.WithComparers(StringComparer.Ordinal));

    public override bool ContainsUnknowns => _values.Any(value => value.Value.ContainsUnknowns);

    public override bool ContainsSecrets => _values.Any(value => value.Value.ContainsSecrets);

    public override PropertyMap Revealed => ContainsSecrets
        ? new PropertyMap(_values.Select(value => KeyValuePair.Create(value.Key, value.Value.Revealed)))
        : this;

    /// <summary>Without the values that are not known yet, wholly or in part: for SDKs that know all of a value or nothing.</summary>
    public PropertyMap Known => ContainsUnknowns ? new PropertyMap(_values.Where(value => !value.Value.ContainsUnknowns)) : this;

    public int Count => _values.Count;

    public IEnumerable<string> Keys => _values.Keys;

    public IEnumerable<PropertyValue> Values => _values.Values;

    public PropertyValue this[string key] => _values[key];

    public bool ContainsKey(string key) => _values.ContainsKey(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out PropertyValue value) => _values.TryGetValue(key, out value);

    /// <summary>The value under a name, without secret marks around it; null when absent.</summary>
    public PropertyValue? Find(string key) => !_values.TryGetValue(key, out var value) ? null : value is SecretValue secret ? secret.Value : value;

    /// <summary>The text under a name; null when absent or not a text.</summary>
    public string? FindText(string key) => (Find(key) as StringValue)?.Value;

    public PropertyMap With(string key, PropertyValue value) => new(_values.SetItem(key, value));

    public PropertyMap Without(string key) => new(_values.Remove(key));

    public bool Equals(PropertyMap? other)
    {
        if (other is null || other.Count != Count)
        {
            return false;
        }

        // Both are ordered the same way, so that walking them side by side compares them.
        return ReferenceEquals(this, other) || _values.SequenceEqual(other._values);
    }

    public override int GetHashCode() => _values.Aggregate(Count, (hash, value) => HashCode.Combine(hash, value.Key, value.Value));

    public IEnumerator<KeyValuePair<string, PropertyValue>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
