using System.Buffers;
using Scalelab.ModelServer.Admission;

namespace Scalelab.ModelServer.Tensors;

/// <summary>The memory that one request's tensors are made in; goes back to the pool with the request. Not for several threads at once.</summary>
/// <param name="budget">Where the memory is accounted for; null for what is bounded already.</param>
internal sealed class TensorArena(MemoryBudget? budget = null) : IDisposable
{
    private readonly List<byte[]> _rented = [];
    private long _taken;

    /// <summary>Memory of exactly this many bytes, with whatever content.</summary>
    /// <exception cref="RequestException">No memory is left for requests (503).</exception>
    public Memory<byte> Rent(int bytes)
    {
        Charge(bytes);
        var array = ArrayPool<byte>.Shared.Rent(bytes);
        _rented.Add(array);
        return array.AsMemory(0, bytes);
    }

    /// <summary>Accounts for memory that is taken elsewhere on this request's behalf.</summary>
    /// <exception cref="RequestException">No memory is left for requests (503).</exception>
    public void Charge(int bytes)
    {
        budget?.Take(bytes);
        _taken += bytes;
    }

    public void Dispose()
    {
        foreach (var array in _rented)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
        _rented.Clear();
        budget?.Give(_taken);
        _taken = 0;
    }
}
