using Scalelab.ModelConversion.Numbers;

namespace Scalelab.ModelConversion.Keras;

/// <summary>What one layer has learned: by name where the file tells names, else in the order in which the layer makes them.</summary>
/// <param name="where">File and layer, for messages.</param>
/// <param name="stored">What the file holds for it, in its order.</param>
internal sealed class LayerWeights(string where, IReadOnlyList<StoredWeight> stored)
{
    private int _next;

    /// <summary>The next weight; layers ask for theirs in the order in which Keras makes them.</summary>
    /// <param name="shape">What it has to have.</param>
    /// <param name="names">What it may be called; the first is used in messages.</param>
    public Weight Take(int[] shape, params string[] names)
    {
        var position = _next++;
        var found = stored.FirstOrDefault(weight => weight.Name is { } name && names.Contains(name)) ?? ByPosition(position);
        if (found is null)
        {
            throw new ConversionException(
                $"{where} needs its {names[0]} {Tensor.Text(shape)}, and the file does not hold it. Save the whole model with model.save(…), after it was built or trained.");
        }
        if (!found.Shape.SequenceEqual(shape))
        {
            throw new ConversionException(
                $"{where} needs its {names[0]} of shape {Tensor.Text(shape)}, and {Tensor.Text(found.Shape)} is stored. "
                + "The file holds another model's weights: save the whole model again.");
        }
        var data = found.Read();
        if (Array.FindIndex(data, value => !float.IsFinite(value)) is var odd and >= 0)
        {
            throw new ConversionException($"{where} holds {data[odd]} in its {names[0]}: its training went astray. Train it again, with a smaller learning rate.");
        }
        return new Weight(names[0], shape, data);
    }

    private StoredWeight? ByPosition(int position) => position < stored.Count && stored[position].Name is null ? stored[position] : null;
}

/// <summary>A weight that lies in a file.</summary>
/// <param name="Name">Its name without the layer's; null where the file numbers them.</param>
/// <param name="Shape">How long each dimension is.</param>
/// <param name="Read">Reads its numbers.</param>
internal sealed record StoredWeight(string? Name, int[] Shape, Func<float[]> Read);
