using Scalelab.ModelServer.Models;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.V2;

/// <summary>What the server says of itself.</summary>
internal sealed record ServerMetadata(string Name, string Version, IReadOnlyList<string> Extensions)
{
    public static ServerMetadata Current { get; } = new(
        "scalelab-model-server",
        typeof(ServerMetadata).Assembly.GetName().Version?.ToString(3) ?? "",
        ["binary_tensor_data", "model_repository"]);
}

/// <summary>Whether the server lives.</summary>
internal sealed record ServerLive(bool Live);

/// <summary>Whether the server takes requests, and every model is loaded.</summary>
internal sealed record ServerReady(bool Ready);

/// <summary>What a model takes and gives.</summary>
internal sealed record ModelMetadata(
    string Name, IReadOnlyList<string> Versions, string Platform, IReadOnlyList<TensorMetadata> Inputs, IReadOnlyList<TensorMetadata> Outputs)
{
    /// <summary>The platform's name in the protocol.</summary>
    public const string Onnx = "onnx_onnxv1";

    public static ModelMetadata Of(LoadedModel model, IReadOnlyList<string> versions) => new(
        model.Name, versions, Onnx, [.. model.Network.Inputs.Select(TensorMetadata.Of)], [.. model.Network.Outputs.Select(TensorMetadata.Of)]);
}

/// <summary>One input or output; -1 is a dimension that the request decides.</summary>
internal sealed record TensorMetadata(string Name, string Datatype, IReadOnlyList<long> Shape)
{
    public static TensorMetadata Of(TensorSpec spec) => new(spec.Name, spec.Type.Name(), spec.Shape);
}
