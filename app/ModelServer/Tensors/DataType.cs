namespace Scalelab.ModelServer.Tensors;

#pragma warning disable CA1720 // The protocol's names of types are names of types.

/// <summary>Types of a tensor's elements, as the Open Inference Protocol names them.</summary>
public enum DataType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>Unsigned, one byte.</summary>
    Uint8,

    /// <summary>Unsigned, two bytes.</summary>
    Uint16,

    /// <summary>Unsigned, four bytes.</summary>
    Uint32,

    /// <summary>Unsigned, eight bytes.</summary>
    Uint64,

    /// <summary>Signed, one byte.</summary>
    Int8,

    /// <summary>Signed, two bytes.</summary>
    Int16,

    /// <summary>Signed, four bytes.</summary>
    Int32,

    /// <summary>Signed, eight bytes.</summary>
    Int64,

    /// <summary>IEEE 754 half precision.</summary>
    Fp16,

    /// <summary>The upper half of an IEEE 754 single.</summary>
    Bf16,

    /// <summary>IEEE 754 single precision.</summary>
    Fp32,

    /// <summary>IEEE 754 double precision.</summary>
    Fp64,

    /// <summary>Texts of any length; ONNX keeps them as UTF-8.</summary>
    Bytes,
}
