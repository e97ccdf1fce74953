using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Scalelab.ModelServer.Models;
using Scalelab.ModelServer.Tensors;
using Tensor = Scalelab.ModelServer.Tensors.Tensor;

namespace Scalelab.ModelServer.Inference;

/// <summary>A loaded model: numbers of one picture in, a probability for each class out. Safe to use from many threads at once.</summary>
public sealed class Classifier : IDisposable
{
    /// <summary>The network, in the model's folder.</summary>
    public const string NetworkFile = "model.onnx";

    /// <summary>Its description, in the same folder.</summary>
    public const string DescriptionFile = "model.json";

    private readonly long[] _inputShape;

    private Classifier(ModelDescription model, Network network)
    {
        Model = model;
        Network = network;
        _inputShape = model.Layout == Layout.ChannelsFirst ? [1, 3, model.Size, model.Size] : [1, model.Size, model.Size, 3];
    }

    /// <summary>What model.json says.</summary>
    public ModelDescription Model { get; }

    /// <summary>What model.onnx holds.</summary>
    internal Network Network { get; }

    /// <summary>Loads a folder that holds model.onnx and model.json, and checks that the two fit.</summary>
    /// <exception cref="ModelException">A file is missing or unreadable, or the two do not fit.</exception>
    public static Classifier Load(string folder) => Load(Existing(folder, DescriptionFile), Existing(folder, NetworkFile), threads: 1);

    /// <summary>Loads a network and its description, and checks that the two fit.</summary>
    /// <exception cref="ModelException">A file is unreadable, or the two do not fit.</exception>
    internal static Classifier Load(string description, string network, int threads)
    {
        var model = ModelDescriptionFile.Read(description);
        var loaded = Network.Open(network, threads);
        try
        {
            NetworkShape.Check(loaded.Session, model, network);
            return new Classifier(model, loaded);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>Runs the network on the numbers of one picture.</summary>
    /// <returns>The probability of each label, in the order of the labels.</returns>
    public float[] Run(Memory<float> input)
    {
        using var value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, input, _inputShape);
        using var outputs = Network.Run([Network.Inputs[0].Name], [value]);
        return Probabilities(outputs);
    }

    /// <summary>The numbers of one picture as the network's input.</summary>
    internal Tensor Input(ReadOnlyMemory<byte> numbers) => new(Network.Inputs[0].Name, DataType.Fp32, _inputShape, numbers);

    /// <summary>The probability of each label, in the order of the labels, from what the network gave for one picture.</summary>
    internal float[] Probabilities(Outputs outputs)
    {
        var probabilities = MemoryMarshal.Cast<byte, float>(outputs[0].Data).ToArray();
        Activate(probabilities);
        return probabilities;
    }

    /// <summary>Runs the network once on a grey picture: the first run is the slow one, and shows whether the network runs at all.</summary>
    /// <exception cref="ModelException">The network fails on an input of the described shape.</exception>
    public void WarmUp(string folder)
    {
        try
        {
            Run(new float[_inputShape.Aggregate((product, side) => product * side)]);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelException(
                $"{Path.Combine(folder, NetworkFile)} fails on an input of shape [{string.Join(", ", _inputShape)}], which is what {DescriptionFile} "
                + $"says it takes: {exception.Message} Mend layout and size in {DescriptionFile}, or export the network for that shape.",
                exception);
        }
    }

    public void Dispose() => Network.Dispose();

    private static string Existing(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path)
            ? path
            : throw new ModelException(
                $"{path} does not exist. A model is a folder with {NetworkFile} and {DescriptionFile}; MODEL_DIR names the folder.");
    }

    private void Activate(Span<float> outputs)
    {
        if (Model.Activation == Activation.Softmax)
        {
            // Against the largest: exponentials of large outputs would overflow.
            TensorPrimitives.Subtract(outputs, TensorPrimitives.Max<float>(outputs), outputs);
            TensorPrimitives.SoftMax<float>(outputs, outputs);
        }
        else if (Model.Activation == Activation.Sigmoid)
        {
            TensorPrimitives.Sigmoid<float>(outputs, outputs);
        }
    }
}
