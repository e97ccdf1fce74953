using Scalelab.ModelConversion.Layers;

namespace Scalelab.ModelConversion.Keras;

/// <summary>A model as a list of steps, models within it taken apart. Value 0 is the input, value i + 1 what step i gives.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Input">The input's shape, without the batch.</param>
/// <param name="Steps">What is computed, in an order in which everything is there when it is needed.</param>
/// <param name="Output">Which value is the output.</param>
internal sealed record Network(string Name, int[] Input, IReadOnlyList<Step> Steps, int Output)
{
    /// <summary>The shape of a value.</summary>
    public int[] Shape(int value) => value == 0 ? Input : Steps[value - 1].Shape;
}

/// <summary>One call of one layer.</summary>
/// <param name="Name">The layer's name, behind the names of the models that hold it.</param>
/// <param name="ClassName">Keras' name of its kind.</param>
/// <param name="Layer">What it does.</param>
/// <param name="Inputs">The values that it is called with.</param>
/// <param name="Shape">What it gives, without the batch.</param>
internal sealed record Step(string Name, string ClassName, Layer Layer, IReadOnlyList<int> Inputs, int[] Shape);
