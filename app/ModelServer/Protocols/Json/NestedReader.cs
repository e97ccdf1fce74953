using System.Text.Json;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Protocols.Json;

/// <summary>Reads arrays in arrays as one tensor, and finds its shape on the way. What is read in several steps becomes one tensor.</summary>
internal sealed class NestedReader
{
    private const int Unknown = -1;

    private readonly string _name;
    private readonly ElementReader _elements;
    private readonly long[] _sides = new long[Shape.MaxRank];
    private readonly int _most;
    private int _rank = Unknown;

    /// <param name="name">The tensor, for messages.</param>
    /// <param name="type">Type of the elements.</param>
    /// <param name="arena">Where the memory comes from.</param>
    /// <param name="elements">How many are to be expected, and no more are read; null when unknown.</param>
    public NestedReader(string name, DataType type, TensorArena arena, int? elements = null)
    {
        _name = name;
        _most = elements ?? int.MaxValue;
        _elements = new ElementReader(name, type, arena);
        _elements.Reserve(elements ?? 0);
        Array.Fill(_sides, Unknown);
    }

    /// <summary>Values that <see cref="Read"/> has read from the reader's own depth.</summary>
    public int Steps { get; private set; }

    /// <summary>Reads the value that the reader stands on, which lies <paramref name="depth"/> arrays deep in the tensor.</summary>
    /// <exception cref="RequestException">Rows differ in length or depth, or an element is of another type (400).</exception>
    public void Read(ref Utf8JsonReader reader, int depth)
    {
        Steps++;
        ReadAt(ref reader, depth);
    }

    /// <summary>The tensor; the first dimension has as many rows as were read in steps, when it was read in steps.</summary>
    public Tensor ToTensor(bool inSteps)
    {
        if (inSteps)
        {
            _sides[0] = Steps;
        }
        return _elements.ToTensor(_rank == Unknown ? [0] : _sides[.._rank]);
    }

    private void ReadAt(ref Utf8JsonReader reader, int depth)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _rank = _rank == Unknown || _rank == depth ? depth : throw Ragged();
            if (_elements.Count == _most)
            {
                throw RequestException.Bad($"'{_name}' has more than the {_most} elements of its shape.", "Send as many elements as the shape says.");
            }
            _elements.Read(ref reader);
            return;
        }
        if (depth >= Shape.MaxRank || (_rank != Unknown && depth >= _rank))
        {
            throw Ragged();
        }
        var side = 0L;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            ReadAt(ref reader, depth + 1);
            side++;
        }
        if (side == 0)
        {
            throw RequestException.Bad($"'{_name}' holds an empty array.", "Send at least one element in every array.");
        }
        _sides[depth] = _sides[depth] == Unknown || _sides[depth] == side ? side : throw Ragged();
    }

    private RequestException Ragged() => RequestException.Bad(
        $"The arrays of '{_name}' are not all of one length and depth (at most {Shape.MaxRank} deep).", "Send rows of the same shape.");
}
