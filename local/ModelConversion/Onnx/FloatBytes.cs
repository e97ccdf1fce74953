using System.Buffers;
using System.Runtime.InteropServices;

namespace Scalelab.ModelConversion.Onnx;

/// <summary>Floats seen as the bytes that they are, so that a network's weights are in memory once.</summary>
internal sealed class FloatBytes(float[] floats) : MemoryManager<byte>
{
    private GCHandle _handle;

    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(floats.AsSpan());

    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        _handle = GCHandle.Alloc(floats, GCHandleType.Pinned);
        return new MemoryHandle((byte*)_handle.AddrOfPinnedObject() + elementIndex, _handle, this);
    }

    public override void Unpin()
    {
        if (_handle.IsAllocated)
        {
            _handle.Free();
        }
    }

    protected override void Dispose(bool disposing) => Unpin();
}
