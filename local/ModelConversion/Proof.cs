using Microsoft.ML.OnnxRuntime;
using Scalelab.ModelConversion.Keras;
using Scalelab.ModelConversion.Numbers;
using Scalelab.ModelConversion.Onnx;

namespace Scalelab.ModelConversion;

/// <summary>Compares what ONNX Runtime makes of the converted network with the reference pass, on inputs that are the same every time.</summary>
internal static class Proof
{
    /// <summary>How far an output may be off: this share of the largest output, or of 1 where all are smaller. Single precision over some hundred layers stays well below.</summary>
    public const double Tolerance = 1e-4;

    private const int Seed = 20;

    /// <param name="network">The network as Keras has it.</param>
    /// <param name="path">The file that was written of it.</param>
    /// <param name="least">The least number of the inputs.</param>
    /// <param name="most">The largest number of the inputs.</param>
    /// <param name="count">How many inputs.</param>
    /// <param name="cancellationToken">Ends it between two layers.</param>
    /// <returns>The largest difference of an output.</returns>
    /// <exception cref="ConversionException">They disagree, or the network cannot be run.</exception>
    public static double Compare(Network network, string path, double least, double most, int count, CancellationToken cancellationToken)
    {
        using var session = Open(path);
        var largest = 0.0;
        foreach (var input in Inputs(network.Input, least, most, count))
        {
            var expected = ReferencePass.Run(network, input, cancellationToken).Data;
            var actual = Run(session, input);
            var scale = Math.Max(1, expected.Max(Math.Abs));
            for (var i = 0; i < expected.Length; i++)
            {
                var difference = Math.Abs(expected[i] - actual[i]) / scale;
                // Written so that what is no number fails too.
                if (!(difference <= Tolerance))
                {
                    throw new ConversionException(
                        $"The conversion is wrong: output {i} of {network.Name} is {actual[i]} in ONNX Runtime and {expected[i]} by the reference pass. "
                        + "Nothing was kept. Please report it, with model.summary().");
                }
                largest = Math.Max(largest, difference);
            }
        }
        return largest;
    }

    /// <summary>What ONNX Runtime gives for one input.</summary>
    public static float[] Run(InferenceSession session, Tensor input)
    {
        var numbers = Array.ConvertAll(input.Data, value => (float)value);
        using var value = OrtValue.CreateTensorValueFromMemory(numbers, [1, .. input.Shape.Select(side => (long)side)]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [OnnxWriter.InputName], [value], [OnnxWriter.OutputName]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public static InferenceSession Open(string path)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ConversionException($"ONNX Runtime cannot load what was converted: {exception.Message} Please report it, with model.summary().", exception);
        }
    }

    // Noise, and a soft picture: the one reaches every weight, the other looks like what the network was made for.
    private static IEnumerable<Tensor> Inputs(int[] shape, double least, double most, int count)
    {
#pragma warning disable CA5394 // Only has to be the same every time.
        var random = new Random(Seed);
        for (var number = 0; number < count; number++)
        {
            var input = new Tensor(shape);
            var (phase, wave) = (random.NextDouble() * 6, 0.01 + (random.NextDouble() * 0.1));
            for (var i = 0; i < input.Data.Length; i++)
            {
                var share = number % 2 == 0 ? random.NextDouble() : 0.5 + (0.5 * Math.Sin(phase + (i * wave / shape[^1])));
                // As it is in single precision: both passes get the same numbers.
                input.Data[i] = (float)(least + (share * (most - least)));
            }
            yield return input;
        }
#pragma warning restore CA5394
    }
}
