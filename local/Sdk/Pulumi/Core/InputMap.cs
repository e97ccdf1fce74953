using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Pulumi;

/// <summary>
/// A map from strings whose values, or which as a whole, may be outputs. One unknown or secret value is sent as such; it does not hide the others.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "Pulumi's public API.")]
[SuppressMessage("Design", "CA1010", Justification = "Pulumi's public API.")]
public sealed class InputMap<TValue>
    : Input<ImmutableDictionary<string, TValue>>, IEnumerable, IAsyncEnumerable<Input<KeyValuePair<string, TValue>>>
{
    private Output<ImmutableDictionary<string, Input<TValue>>> _entries;
    private Output<ImmutableDictionary<string, TValue>>? _joined;

    public InputMap()
        : this(Output.Create(ImmutableDictionary<string, Input<TValue>>.Empty))
    {
    }

    private InputMap(Output<ImmutableDictionary<string, Input<TValue>>> entries)
        => _entries = entries;

    private protected override Output<ImmutableDictionary<string, TValue>> Value
        => _joined ??= _entries.Apply(Join);

    [SuppressMessage("Design", "CA1044", Justification = "Pulumi's public API.")]
    public Input<TValue> this[string key]
    {
        set => Add(key, value);
    }

    public static implicit operator InputMap<TValue>(Dictionary<string, TValue> values)
        => new(Output.Create(ToInputs(values)));

    public static implicit operator InputMap<TValue>(ImmutableDictionary<string, TValue> values)
        => new(Output.Create(ToInputs(values)));

    public static implicit operator InputMap<TValue>(Output<Dictionary<string, TValue>> values)
        => new(values.Apply(entries => ToInputs(entries)));

    public static implicit operator InputMap<TValue>(Output<IDictionary<string, TValue>> values)
        => new(values.Apply(entries => ToInputs(entries)));

    public static implicit operator InputMap<TValue>(Output<ImmutableDictionary<string, TValue>> values)
        => new(values.Apply(entries => ToInputs(entries)));

    /// <summary>Both maps' entries; where both have a key, the second one's value.</summary>
    [SuppressMessage("Design", "CA1000", Justification = "Pulumi's public API.")]
    public static InputMap<TValue> Merge(InputMap<TValue> first, InputMap<TValue> second)
        => new(Output.Tuple(first._entries, second._entries).Apply(maps => OrEmpty(maps.Item1).SetItems(OrEmpty(maps.Item2))));

    /// <summary>Adds an entry. A key that is there already must have the same value.</summary>
    public void Add(string key, Input<TValue> value)
        => Append(Output.Create(ImmutableDictionary<string, Input<TValue>>.Empty.Add(key, value)));

    /// <summary>Adds every entry. A key that is there already must have the same value.</summary>
    public void Add(InputMap<TValue> values)
        => AddRange(values);

    /// <inheritdoc cref="Add(InputMap{TValue})"/>
    public void AddRange(InputMap<TValue> values)
        => Append(values._entries);

    /// <summary>The entries, once the map is known; none while it is unknown.</summary>
    public async IAsyncEnumerator<Input<KeyValuePair<string, TValue>>> GetAsyncEnumerator(CancellationToken cancellationToken)
    {
        var entries = await Value.GetValueAsync(whenUnknown: ImmutableDictionary<string, TValue>.Empty)
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach (var entry in entries)
        {
            yield return entry;
        }
    }

    IEnumerator IEnumerable.GetEnumerator()
        => throw new NotSupportedException("An InputMap may not be known yet: enumerate it with 'await foreach', or use Apply.");

    private protected override IOutput ToWire()
        => _entries;

    private static ImmutableDictionary<string, Input<TValue>> ToInputs(IEnumerable<KeyValuePair<string, TValue>>? values)
        => values?.ToImmutableDictionary(entry => entry.Key, entry => (Input<TValue>)entry.Value)!;

    private static ImmutableDictionary<string, Input<TValue>> OrEmpty(ImmutableDictionary<string, Input<TValue>>? entries)
        => entries ?? ImmutableDictionary<string, Input<TValue>>.Empty;

    private static Output<ImmutableDictionary<string, TValue>> Join(ImmutableDictionary<string, Input<TValue>>? entries)
    {
        if (entries == null)
        {
            return Output.Create(default(ImmutableDictionary<string, TValue>)!);
        }

        var keys = entries.Keys.ToArray();
        return Output.All(keys.Select(key => entries[key])).Apply(values =>
            keys.Zip(values, KeyValuePair.Create).ToImmutableDictionary());
    }

    private static Input<TValue> MustAgree(string key, Input<TValue> first, Input<TValue> second)
        => Output.Tuple(first, second).Apply(pair => EqualityComparer<TValue>.Default.Equals(pair.Item1, pair.Item2)
            ? pair.Item1
            : throw new ArgumentException($"Key '{key}' is already in the map, with another value."));

    private void Append(Output<ImmutableDictionary<string, Input<TValue>>> added)
    {
        _entries = Output.Tuple(_entries, added).Apply(maps =>
        {
            var entries = OrEmpty(maps.Item1).ToBuilder();
            foreach (var (key, value) in OrEmpty(maps.Item2))
            {
                entries[key] = entries.TryGetValue(key, out var existing) ? MustAgree(key, existing, value) : value;
            }

            return entries.ToImmutable();
        });
        _joined = null;
    }
}
