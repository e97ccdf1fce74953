using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Admission;

/// <summary>Lays the inputs of several requests on top of each other, along the first dimension.</summary>
internal static class Stack
{
    /// <summary>One list of inputs out of several of the same names, types and shapes but for the first dimension.</summary>
    public static IReadOnlyList<Tensor> Of(IReadOnlyList<IReadOnlyList<Tensor>> requests, TensorArena arena) =>
        [.. requests[0].Select((first, input) => Of(first, [.. requests.Select(request => request[input])], arena))];

    private static Tensor Of(Tensor first, Tensor[] parts, TensorArena arena)
    {
        var data = arena.Rent(parts.Sum(part => part.Data.Length));
        var end = 0;
        foreach (var part in parts)
        {
            part.Data.CopyTo(data[end..]);
            end += part.Data.Length;
        }
        return first with { Shape = [parts.Sum(part => part.Shape[0]), .. first.Shape.AsSpan(1)], Data = data };
    }
}
