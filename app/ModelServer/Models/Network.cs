using Microsoft.ML.OnnxRuntime;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Models;

/// <summary>A loaded ONNX network: named tensors in, named tensors out. Safe to use from many threads at once.</summary>
internal sealed class Network : IDisposable
{
    // What a run fails on is told to who asked for it, and is no news for the pod's log.
    private readonly RunOptions _runOptions = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
    private readonly string[] _outputNames;

    private Network(InferenceSession session, TensorSpec[] inputs, TensorSpec[] outputs)
    {
        Session = session;
        Inputs = inputs;
        Outputs = outputs;
        _outputNames = [.. outputs.Select(output => output.Name)];
    }

    /// <summary>What it takes.</summary>
    public IReadOnlyList<TensorSpec> Inputs { get; }

    /// <summary>What it gives; outputs that are no tensors (maps, sequences) are left out.</summary>
    public IReadOnlyList<TensorSpec> Outputs { get; }

    /// <summary>Whether the first dimension of everything is open, so that requests can be laid on top of each other.</summary>
    public bool TakesBatches => Inputs.Concat(Outputs).All(tensor => tensor.Shape is [Shape.Any, ..] && tensor.Type != DataType.Bytes);

    internal InferenceSession Session { get; }

    /// <summary>Loads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">Threads that work on one run together.</param>
    /// <exception cref="ModelException">Unreadable, not ONNX, or without a tensor to give.</exception>
    public static Network Open(string path, int threads = 1)
    {
        var session = OpenSession(path, threads);
        try
        {
            TensorSpec[] inputs = [.. session.InputMetadata.Select(pair => Spec(pair.Key, pair.Value) ?? throw NotServed(path, pair.Key, pair.Value))];
            TensorSpec[] outputs = [.. session.OutputMetadata.Select(pair => Spec(pair.Key, pair.Value)).OfType<TensorSpec>()];
            return outputs.Length > 0
                ? new Network(session, inputs, outputs)
                : throw new ModelException($"{path} gives no tensor ({string.Join(", ", session.OutputMetadata.Keys)}). Export it with a tensor as its output; of scikit-learn's classifiers, without ZipMap.");
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs the network.</summary>
    /// <exception cref="OnnxRuntimeException">The network fails on these inputs.</exception>
    public Outputs Run(IReadOnlyList<Tensor> inputs)
    {
        using var bound = new BoundInputs(inputs);
        return Run(bound.Names, bound.Values);
    }

    /// <summary>Runs the network on values that ONNX Runtime holds already.</summary>
    /// <exception cref="OnnxRuntimeException">The network fails on these inputs.</exception>
    public Outputs Run(string[] names, OrtValue[] values) => new(Outputs, Session.Run(_runOptions, names, values, _outputNames));

    /// <summary>Inputs of ones, every open dimension 1: what a warm-up can run on.</summary>
    public IReadOnlyList<Tensor> Sample() => [.. Inputs.Select(Sample)];

    public void Dispose()
    {
        _runOptions.Dispose();
        Session.Dispose();
    }

    private static Tensor Sample(TensorSpec input)
    {
        long[] shape = [.. input.Shape.Select(side => side == Shape.Any ? 1 : side)];
        var elements = Shape.Elements(shape) ?? throw new ModelException($"Input '{input.Name}' of shape {Shape.Text(shape)} is larger than a tensor may be.");
        return input.Type == DataType.Bytes
            ? new Tensor(input.Name, input.Type, shape, default, [.. Enumerable.Repeat(ReadOnlyMemory<byte>.Empty, elements)])
            : new Tensor(input.Name, input.Type, shape, new byte[elements * input.Type.Size()]);
    }

    private static InferenceSession OpenSession(string path, int threads)
    {
        using var options = new Microsoft.ML.OnnxRuntime.SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1 };
        // Only errors: warnings of the optimiser would appear in the pod's log at every start, in a form of their own.
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new ModelException($"{path} is not a network that ONNX Runtime can load: {exception.Message} Export it again.", exception);
        }
    }

    private static TensorSpec? Spec(string name, NodeMetadata node) =>
        node.IsTensor && DataTypes.From(node.ElementDataType) is { } type ? new TensorSpec(name, type, [.. node.Dimensions.Select(side => (long)side)]) : null;

    private static ModelException NotServed(string path, string name, NodeMetadata node) => new(
        $"{path}: input '{name}' is {(node.IsTensor ? $"a tensor of {node.ElementDataType}" : $"a {node.OnnxValueType}")}, and only tensors of {DataTypes.AllNames} are served. "
        + "Export it with such inputs.");
}
