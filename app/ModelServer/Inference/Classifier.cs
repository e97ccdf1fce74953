using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Scalelab.ModelServer.Inference;

/// <summary>A loaded model: numbers of one picture in, a probability for each class out. Safe to use from many threads at once.</summary>
public sealed class Classifier : IDisposable
{
    /// <summary>The network, in the model's folder.</summary>
    public const string NetworkFile = "model.onnx";

    /// <summary>Its description, in the same folder.</summary>
    public const string DescriptionFile = "model.json";

    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly long[] _inputShape;
    private readonly long[] _outputShape;

    private Classifier(ModelDescription model, InferenceSession session)
    {
        Model = model;
        _session = session;
        _inputNames = [.. session.InputMetadata.Keys];
        _outputNames = [.. session.OutputMetadata.Keys];
        _inputShape = model.Layout == Layout.ChannelsFirst ? [1, 3, model.Size, model.Size] : [1, model.Size, model.Size, 3];
        _outputShape = [1, model.Labels.Count];
    }

    /// <summary>What model.json says.</summary>
    public ModelDescription Model { get; }

    /// <summary>Loads a folder that holds model.onnx and model.json, and checks that the two fit.</summary>
    /// <exception cref="ModelException">A file is missing or unreadable, or the two do not fit.</exception>
    public static Classifier Load(string folder)
    {
        var description = Existing(folder, DescriptionFile);
        var network = Existing(folder, NetworkFile);
        var model = ModelDescriptionFile.Read(description);
        var session = Open(network);
        try
        {
            NetworkShape.Check(session, model, network);
            return new Classifier(model, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs the network on the numbers of one picture.</summary>
    /// <returns>The probability of each label, in the order of the labels.</returns>
    public float[] Run(Memory<float> input)
    {
        var probabilities = new float[Model.Labels.Count];
        using var inputValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, input, _inputShape);
        using var outputValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, probabilities.AsMemory(), _outputShape);
        _session.Run(_runOptions, _inputNames, [inputValue], _outputNames, [outputValue]);
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

    public void Dispose()
    {
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static string Existing(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path)
            ? path
            : throw new ModelException(
                $"{path} does not exist. A model is a folder with {NetworkFile} and {DescriptionFile}; MODEL_DIR names the folder.");
    }

    private static InferenceSession Open(string path)
    {
        // One thread: a pod scales by replicas, and more threads than its share of a core only get in each other's way.
        using var options = new Microsoft.ML.OnnxRuntime.SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelException($"{path} is not a network that ONNX Runtime can load: {exception.Message} Export it again.", exception);
        }
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
