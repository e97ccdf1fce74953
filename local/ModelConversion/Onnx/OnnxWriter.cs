using Google.Protobuf;
using Scalelab.ModelConversion.Keras;
using Scalelab.ModelConversion.Onnx.Format;

namespace Scalelab.ModelConversion.Onnx;

/// <summary>Writes a network as an ONNX file.</summary>
internal static class OnnxWriter
{
    public const string InputName = "input";
    public const string OutputName = "output";

    private const long IrVersion = 8;
    private const long OperatorSet = 17;

    // What a protobuf message can have at most; above it ONNX needs a second file, which nothing here makes.
    private const long MaxBytes = int.MaxValue;

    public static async Task WriteAsync(Network network, string path, CancellationToken cancellationToken)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "scalelab",
            Graph = Graph(network),
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OperatorSet } },
        };
        if (model.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length) > MaxBytes - (16 * 1024 * 1024))
        {
            throw new ConversionException($"{network.Name} has weights of more than 2 GiB, the most of an ONNX file. Train a smaller model.");
        }
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None);
        using var output = new CodedOutputStream(file, leaveOpen: true);
        model.WriteTo(output);
        output.Flush();
        await file.FlushAsync(cancellationToken);
    }

    private static GraphProto Graph(Network network)
    {
        var graph = new OnnxGraph();
        var values = new List<OnnxValue> { graph.Input(InputName, network.Input) };
        foreach (var step in network.Steps)
        {
            graph.Enter(step.Name);
            values.Add(step.Layer.Emit(graph, [.. step.Inputs.Select(input => values[input])]));
        }
        graph.Output(OutputName, values[network.Output]);
        return graph.Proto;
    }
}
