namespace Scalelab.ModelServer.Tensors;

/// <summary>Compares what a request sends with what the network takes, so that the network sees nothing else.</summary>
internal static class TensorChecks
{
    /// <summary>Checks inputs against their specifications.</summary>
    /// <exception cref="RequestException">One is missing, unknown, sent twice, of another type or shape (400).</exception>
    public static void Check(IReadOnlyList<TensorSpec> specs, IReadOnlyList<Tensor> inputs)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            CheckOne(Spec(specs, inputs[i].Name), inputs[i]);
            for (var before = 0; before < i; before++)
            {
                if (inputs[before].Name == inputs[i].Name)
                {
                    throw RequestException.Bad($"Input '{inputs[i].Name}' is sent twice.", "Send each input once.");
                }
            }
        }
        foreach (var spec in specs)
        {
            if (!inputs.Any(input => input.Name == spec.Name))
            {
                throw RequestException.Bad($"Input '{spec.Name}' is missing.", $"The model takes: {Text(specs)}.");
            }
        }
    }

    /// <summary>The specification of an input.</summary>
    /// <exception cref="RequestException">The network has no such input (400).</exception>
    public static TensorSpec Spec(IReadOnlyList<TensorSpec> specs, string name) => specs.FirstOrDefault(spec => spec.Name == name)
        ?? throw RequestException.Bad($"The model has no input '{Printable.Cut(name)}'.", $"The model takes: {Text(specs)}.");

    /// <summary>Checks a shape, and returns its number of elements.</summary>
    /// <exception cref="RequestException">It does not fit, or holds a dimension below 1 (400).</exception>
    public static int CheckShape(TensorSpec spec, ReadOnlySpan<long> shape)
    {
        if (!spec.Fits(shape))
        {
            throw RequestException.Bad($"Input '{spec.Name}' has shape {Shape.Text(shape.ToArray())}.", $"The model takes {spec}.");
        }
        foreach (var side in shape)
        {
            if (side < 1)
            {
                throw RequestException.Bad($"Input '{spec.Name}' has shape {Shape.Text(shape.ToArray())}: a dimension is below 1.", "Send at least one element in every dimension.");
            }
        }
        return Shape.Elements(shape)
            ?? throw RequestException.Bad($"Input '{spec.Name}' of shape {Shape.Text(shape.ToArray())} has more elements than a tensor may have.", "Send less at once.");
    }

    private static void CheckOne(TensorSpec spec, Tensor input)
    {
        if (input.Type != spec.Type)
        {
            throw RequestException.Bad($"Input '{spec.Name}' is sent as {input.Type.Name()}.", $"The model takes {spec}.");
        }
        var elements = CheckShape(spec, input.Shape);
        if (elements != input.Elements)
        {
            throw RequestException.Bad(
                $"Input '{spec.Name}' of shape {Shape.Text(input.Shape)} needs {elements} elements, and {input.Elements} were sent.", "Send as many as the shape says.");
        }
        if (spec.Type == DataType.Bool && input.Data.Span.ContainsAnyExceptInRange((byte)0, (byte)1))
        {
            throw RequestException.Bad($"Input '{spec.Name}' of BOOL holds a byte that is neither 0 nor 1.", "Send 0 for false and 1 for true.");
        }
    }

    private static string Text(IReadOnlyList<TensorSpec> specs) => string.Join(", ", specs.Select(spec => $"'{spec.Name}' {spec}"));
}
