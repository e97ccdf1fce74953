using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Pulumi;

/// <summary>
/// A list whose elements, or which as a whole, may be outputs. One unknown or secret element is sent as such; it does not hide the others.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "Pulumi's public API.")]
[SuppressMessage("Design", "CA1010", Justification = "Pulumi's public API.")]
public sealed class InputList<T> : Input<ImmutableArray<T>>, IEnumerable, IAsyncEnumerable<Input<T>>
{
    private Output<ImmutableArray<Input<T>>> _elements;
    private Output<ImmutableArray<T>>? _joined;

    public InputList()
        : this(Output.Create(ImmutableArray<Input<T>>.Empty))
    {
    }

    private InputList(Output<ImmutableArray<Input<T>>> elements)
        => _elements = elements;

    private protected override Output<ImmutableArray<T>> Value
        => _joined ??= _elements.Apply(elements => elements.IsDefault
            ? Output.Create(default(ImmutableArray<T>))
            : Output.All<T>(elements));

    public static implicit operator InputList<T>(T value)
        => Of([value]);

    public static implicit operator InputList<T>(Output<T> value)
        => Of([value]);

    public static implicit operator InputList<T>(Input<T> value)
        => Of([value]);

    public static implicit operator InputList<T>(T[] values)
        => Of([.. values.Select(value => (Input<T>)value)]);

    public static implicit operator InputList<T>(Output<T>[] values)
        => Of([.. values.Select(value => (Input<T>)value)]);

    public static implicit operator InputList<T>(Input<T>[] values)
        => Of([.. values]);

    public static implicit operator InputList<T>(List<T> values)
        => Of([.. values.Select(value => (Input<T>)value)]);

    public static implicit operator InputList<T>(List<Output<T>> values)
        => Of([.. values.Select(value => (Input<T>)value)]);

    public static implicit operator InputList<T>(List<Input<T>> values)
        => Of([.. values]);

    public static implicit operator InputList<T>(ImmutableArray<T> values)
        => Of(ToInputs(values));

    public static implicit operator InputList<T>(ImmutableArray<Output<T>> values)
        => Of(values.IsDefault ? default : ImmutableArray.CreateRange(values, value => (Input<T>)value));

    public static implicit operator InputList<T>(ImmutableArray<Input<T>> values)
        => Of(values);

    public static implicit operator InputList<T>(Output<T[]> values)
        => new(values.Apply(items => ToInputs([.. items])));

    public static implicit operator InputList<T>(Output<List<T>> values)
        => new(values.Apply(items => ToInputs([.. items])));

    public static implicit operator InputList<T>(Output<IEnumerable<T>> values)
        => new(values.Apply(items => ToInputs([.. items])));

    public static implicit operator InputList<T>(Output<ImmutableArray<T>> values)
        => new(values.Apply(ToInputs));

    public void Add(params Input<T>[] inputs)
        => Append(Output.Create(ImmutableArray.Create(inputs)));

    /// <summary>Appends every element, not the list as one element.</summary>
    public void Add(InputList<T> inputs)
        => AddRange(inputs);

    public void AddRange(InputList<T> inputs)
        => Append(inputs._elements);

    /// <summary>A new list of both lists' elements; neither changes.</summary>
    public InputList<T> Concat(InputList<T> other)
    {
        var list = new InputList<T>(_elements);
        list.Append(other._elements);
        return list;
    }

    /// <summary>The elements, once the list is known; none while it is unknown.</summary>
    public async IAsyncEnumerator<Input<T>> GetAsyncEnumerator(CancellationToken cancellationToken)
    {
        var values = await Value.GetValueAsync(whenUnknown: []).WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach (var value in values)
        {
            yield return value;
        }
    }

    IEnumerator IEnumerable.GetEnumerator()
        => throw new NotSupportedException("An InputList may not be known yet: enumerate it with 'await foreach', or use Apply.");

    internal InputList<T> Clone()
        => new(_elements);

    private protected override IOutput ToWire()
        => _elements;

    private static InputList<T> Of(ImmutableArray<Input<T>> elements)
        => new(Output.Create(elements));

    private static ImmutableArray<Input<T>> ToInputs(ImmutableArray<T> values)
        => values.IsDefault ? default : ImmutableArray.CreateRange(values, value => (Input<T>)value);

    private void Append(Output<ImmutableArray<Input<T>>> elements)
    {
        _elements = Output.Tuple(_elements, elements).Apply(pair => OrEmpty(pair.Item1).AddRange(OrEmpty(pair.Item2)));
        _joined = null;
    }

    private static ImmutableArray<Input<T>> OrEmpty(ImmutableArray<Input<T>> elements)
        => elements.IsDefault ? [] : elements;
}
