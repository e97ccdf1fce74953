using Scalelab.ModelConversion.Keras;
using Scalelab.ModelConversion.Layers;
using Scalelab.ModelConversion.Numbers;

namespace Scalelab.ModelConversion;

/// <summary>Fits a network to what the model server sends and expects: square colour pictures in, one probability a class out.</summary>
internal static class Pictures
{
    private const int Colours = 3;

    /// <exception cref="ConversionException">Not a classifier of square pictures.</exception>
    public static Network Adapt(Network network, string file)
    {
        if (network.Input is not [var height, var width, var channels] || height != width || channels is not (1 or Colours))
        {
            throw new ConversionException(
                $"{file} takes inputs of shape {Tensor.Text(network.Input)}. The model server sends square pictures, [size, size, 3] or, in grey, [size, size, 1]: train the model on such.");
        }
        if (network.Shape(network.Output) is not [_])
        {
            throw new ConversionException($"{file} gives outputs of shape {Tensor.Text(network.Shape(network.Output))}. A classifier gives one number a class: end it with Flatten or pooling, and Dense.");
        }
        return TwoClasses(channels == 1 ? Grey(network) : network, file);
    }

    /// <summary>Whether the outputs are probabilities already, so that nothing is left to do to them.</summary>
    public static bool GivesProbabilities(Network network)
    {
        // Random inputs would show it too, but the reader knows.
        var value = network.Output;
        while (value > 0 && network.Steps[value - 1] is { Layer: Activate { IsIdentity: true }, Inputs: [var before] })
        {
            value = before;
        }
        return value > 0 && network.Steps[value - 1].Layer.EndsInProbabilities;
    }

    // The server's pictures have three colours: their luminance is what a model of grey ones was trained on (ITU-R 601-2, as Pillow and Keras compute it).
    private static Network Grey(Network network)
    {
        var luminance = new Weight("luminance", [1, 1, Colours, 1], [0.299f, 0.587f, 0.114f]);
        var each = new Windows(Window.Of(network.Input[0], 1, 1, 1, false), Window.Of(network.Input[1], 1, 1, 1, false));
        var grey = new Step("grey", "Grey", new Convolution(each, (1, 1), 1, luminance, null, Activation.Linear), [0], network.Input);
        return new Network(
            network.Name,
            [network.Input[0], network.Input[1], Colours],
            [grey, .. network.Steps.Select(step => step with { Inputs = [.. step.Inputs.Select(value => value + 1)] })],
            network.Output + 1);
    }

    // A single sigmoid tells two classes apart: the server wants a probability for each.
    private static Network TwoClasses(Network network, string file)
    {
        if (network.Shape(network.Output) is not [1])
        {
            return network;
        }
        if (!GivesProbabilities(network))
        {
            throw new ConversionException($"{file} gives one number that is no probability. A classifier of two classes ends in Dense(1, activation='sigmoid') or Dense(2, activation='softmax').");
        }
        var both = new Step("classes", "TwoClasses", new Dense(new Weight("kernel", [1, 2], [-1, 1]), new Weight("bias", [2], [1, 0]), Activation.Linear) { EndsInProbabilities = true }, [network.Output], [2]);
        return network with { Steps = [.. network.Steps, both], Output = network.Steps.Count + 1 };
    }
}
