namespace Scalelab.ModelServer.Protocols.V2;

/// <summary>The JSON part of an inference request.</summary>
internal sealed class InferRequest
{
    /// <summary>Repeated in the answer.</summary>
    public string? Id { get; set; }

    /// <summary>The inputs in the order in which they were sent: the binary parts follow in the same order.</summary>
    public List<InferInput> Inputs { get; } = [];

    /// <summary>The outputs that are wanted; null for all.</summary>
    public List<InferOutput>? Outputs { get; set; }

    /// <summary>Whether outputs come in binary form unless they say otherwise.</summary>
    public bool BinaryOutputs { get; set; }
}

/// <summary>One input of a request.</summary>
internal sealed class InferInput
{
    public string? Name { get; set; }

    public string? DataType { get; set; }

    public List<long>? Shape { get; set; }

    /// <summary>Bytes of its binary part; null when its elements stand in <see cref="Data"/>.</summary>
    public int? BinarySize { get; set; }

    /// <summary>Where its elements stand in the JSON; null when they come in binary form.</summary>
    public Range? Data { get; set; }
}

/// <summary>One output that is wanted.</summary>
/// <param name="Name">The network's output.</param>
/// <param name="Binary">Whether in binary form; null for what the request says of all.</param>
internal sealed record InferOutput(string Name, bool? Binary);
