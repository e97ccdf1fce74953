using Microsoft.ML.OnnxRuntime.Tensors;

namespace Scalelab.ModelServer.Tensors;

/// <summary>What is known of each <see cref="DataType"/>: its name on the wire, its size, its counterpart in ONNX Runtime.</summary>
public static class DataTypes
{
    private static readonly (DataType Type, string Name, int Size, TensorElementType Onnx)[] Table =
    [
        (DataType.Bool, "BOOL", 1, TensorElementType.Bool),
        (DataType.Uint8, "UINT8", 1, TensorElementType.UInt8),
        (DataType.Uint16, "UINT16", 2, TensorElementType.UInt16),
        (DataType.Uint32, "UINT32", 4, TensorElementType.UInt32),
        (DataType.Uint64, "UINT64", 8, TensorElementType.UInt64),
        (DataType.Int8, "INT8", 1, TensorElementType.Int8),
        (DataType.Int16, "INT16", 2, TensorElementType.Int16),
        (DataType.Int32, "INT32", 4, TensorElementType.Int32),
        (DataType.Int64, "INT64", 8, TensorElementType.Int64),
        (DataType.Fp16, "FP16", 2, TensorElementType.Float16),
        (DataType.Bf16, "BF16", 2, TensorElementType.BFloat16),
        (DataType.Fp32, "FP32", 4, TensorElementType.Float),
        (DataType.Fp64, "FP64", 8, TensorElementType.Double),
        (DataType.Bytes, "BYTES", 0, TensorElementType.String),
    ];

    private static readonly Dictionary<string, DataType> ByName = Table.ToDictionary(row => row.Name, row => row.Type, StringComparer.Ordinal);

    private static readonly Dictionary<TensorElementType, DataType> ByOnnx = Table.ToDictionary(row => row.Onnx, row => row.Type);

    /// <summary>Every name, for messages.</summary>
    public static string AllNames { get; } = string.Join(", ", Table.Select(row => row.Name));

    /// <summary>The name on the wire, such as <c>FP32</c>.</summary>
    public static string Name(this DataType type) => Table[(int)type].Name;

    /// <summary>Bytes of one element; 0 for texts, whose elements differ in length.</summary>
    public static int Size(this DataType type) => Table[(int)type].Size;

    /// <summary>The same type in ONNX Runtime's words.</summary>
    public static TensorElementType ToOnnx(this DataType type) => Table[(int)type].Onnx;

    /// <summary>Finds a type by its name on the wire.</summary>
    public static bool TryParse(string name, out DataType type) => ByName.TryGetValue(name, out type);

    /// <summary>Finds a type by ONNX Runtime's; null for those that no protocol has, such as complex numbers.</summary>
    public static DataType? From(TensorElementType type) => ByOnnx.TryGetValue(type, out var found) ? found : null;
}
