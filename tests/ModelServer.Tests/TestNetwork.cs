using Google.Protobuf;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Tests;

/// <summary>ONNX files made on the spot. Field numbers are those of onnx.proto.</summary>
internal static class TestNetwork
{
    /// <summary>A network that gives each input back, as an output of the same name with "_out" behind it.</summary>
    public static byte[] Echo(params (string Name, DataType Type, long[] Shape)[] tensors) => Network(
        tensors,
        [.. tensors.Select(tensor => tensor with { Name = $"{tensor.Name}_out" })],
        [.. tensors.Select(tensor => Node("Identity", [tensor.Name], $"{tensor.Name}_out"))]);

    /// <summary>A network of two tensors of floats that gives their sum.</summary>
    public static byte[] Sum(params long[] shape) =>
        Network([("a", DataType.Fp32, shape), ("b", DataType.Fp32, shape)], [("sum", DataType.Fp32, shape)], [Node("Add", ["a", "b"], "sum")]);

    /// <summary>A network that fails on indexes beyond its table's four entries.</summary>
    public static byte[] Lookup() => Network(
        [("table", DataType.Fp32, [4]), ("index", DataType.Int64, [-1])], [("value", DataType.Fp32, [-1])], [Node("Gather", ["table", "index"], "value")]);

    private static byte[] Network((string Name, DataType Type, long[] Shape)[] inputs, (string Name, DataType Type, long[] Shape)[] outputs, byte[][] nodes) => Message(model =>
    {
        Number(model, 1, 8); // ir_version
        Field(model, 7, Message(graph =>
        {
            foreach (var node in nodes)
            {
                Field(graph, 1, node);
            }
            Text(graph, 2, "graph");
            foreach (var input in inputs)
            {
                Field(graph, 11, Value(input));
            }
            foreach (var output in outputs)
            {
                Field(graph, 12, Value(output));
            }
        }));
        Field(model, 8, Message(opset => Number(opset, 2, 17))); // opset_import
    });

    private static byte[] Node(string type, string[] inputs, string output) => Message(node =>
    {
        foreach (var input in inputs)
        {
            Text(node, 1, input);
        }
        Text(node, 2, output);
        Text(node, 4, type);
    });

    private static byte[] Value((string Name, DataType Type, long[] Shape) value) => Message(info =>
    {
        Text(info, 1, value.Name);
        Field(info, 2, Message(type => Field(type, 1, Message(tensor =>
        {
            Number(tensor, 1, (long)value.Type.ToOnnx());
            Field(tensor, 2, Message(shape =>
            {
                for (var i = 0; i < value.Shape.Length; i++)
                {
                    var side = value.Shape[i];
                    var name = $"d{i}";
                    Field(shape, 1, Message(dimension =>
                    {
                        if (side == Shape.Any)
                        {
                            Text(dimension, 2, name);
                        }
                        else
                        {
                            Number(dimension, 1, side);
                        }
                    }));
                }
            }));
        }))));
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var memory = new MemoryStream();
        using (var stream = new CodedOutputStream(memory, leaveOpen: true))
        {
            write(stream);
        }
        return memory.ToArray();
    }

    private static void Number(CodedOutputStream stream, int field, long value)
    {
        stream.WriteTag(field, WireFormat.WireType.Varint);
        stream.WriteInt64(value);
    }

    private static void Text(CodedOutputStream stream, int field, string value)
    {
        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteString(value);
    }

    private static void Field(CodedOutputStream stream, int field, byte[] message)
    {
        stream.WriteTag(field, WireFormat.WireType.LengthDelimited);
        stream.WriteBytes(ByteString.CopyFrom(message));
    }
}
