using Google.Protobuf;
using Scalelab.ModelConversion.Numbers;
using Scalelab.ModelConversion.Onnx.Format;

namespace Scalelab.ModelConversion.Onnx;

/// <summary>
/// Collects operators. Pictures come in Keras' order and are turned to ONNX's where an operator needs that; they stay so until something needs them
/// as they were.
/// </summary>
internal sealed class OnnxGraph
{
    private readonly GraphProto _graph = new() { Name = "keras" };
    private readonly Dictionary<string, OnnxValue> _turned = [];
    private string _layer = "";
    private int _count;

    /// <summary>What was collected.</summary>
    public GraphProto Proto => _graph;

    /// <summary>Names what follows after a layer, so that a viewer shows where it came from.</summary>
    public void Enter(string layer) => _layer = layer;

    /// <summary>An operator of one output.</summary>
    /// <returns>The output's name.</returns>
    public string Node(string type, IEnumerable<string> inputs, params (string Name, object Value)[] attributes)
    {
        var name = $"{_layer}/{type}_{_count++}";
        var node = new NodeProto { OpType = type, Name = name };
        node.Input.AddRange(inputs);
        node.Output.Add(name);
        node.Attribute.AddRange(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        _graph.Node.Add(node);
        return name;
    }

    /// <summary>An operator that works on each number for itself.</summary>
    public OnnxValue Each(string type, OnnxValue input, params (string Name, object Value)[] attributes) =>
        input with { Name = Node(type, [input.Name], attributes) };

    /// <summary>An operator between each number and one constant.</summary>
    public OnnxValue Each(string type, OnnxValue input, double constant) => input with { Name = Node(type, [input.Name, Scalar(constant)]) };

    /// <summary>An operator between two values of one shape and order.</summary>
    public OnnxValue Each(string type, OnnxValue left, OnnxValue right) => left with { Name = Node(type, [left.Name, right.Name]) };

    /// <summary>An operator between each number and its channel's constant.</summary>
    public OnnxValue EachChannel(string type, OnnxValue input, Weight constants)
    {
        var shaped = input.IsChannelsFirst ? constants.Reshape(constants.Data.Length, 1, 1) : constants;
        return input with { Name = Node(type, [input.Name, Constant(shaped)]) };
    }

    public string Scalar(double value) => Constant(new Weight("constant", [], [(float)value]));

    public string Constant(Weight weight)
    {
        var tensor = new TensorProto
        {
            DataType = (int)TensorProto.Types.DataType.Float,
            Name = $"{_layer}/{weight.Name}_{_count++}",
            RawData = UnsafeByteOperations.UnsafeWrap(new FloatBytes(weight.Data).Memory),
        };
        tensor.Dims.AddRange(weight.Shape.Select(side => (long)side));
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    public string Constant(string name, params long[] values)
    {
        var bytes = new byte[values.Length * sizeof(long)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        var tensor = new TensorProto { DataType = (int)TensorProto.Types.DataType.Int64, Name = $"{_layer}/{name}_{_count++}", RawData = UnsafeByteOperations.UnsafeWrap(bytes) };
        tensor.Dims.Add(values.Length);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>The same picture in ONNX's order.</summary>
    public OnnxValue ChannelsFirst(OnnxValue value) => value.IsChannelsFirst ? value : Turn(value, true, 0, 3, 1, 2);

    /// <summary>The same value in Keras' order.</summary>
    public OnnxValue Plain(OnnxValue value) => value.IsChannelsFirst ? Turn(value, false, 0, 2, 3, 1) : value;

    public OnnxValue Input(string name, int[] shape)
    {
        _graph.Input.Add(Describe(name, shape));
        return new OnnxValue(name, shape, false);
    }

    public void Output(string name, OnnxValue value)
    {
        var plain = Plain(value);
        _layer = "";
        _graph.Node.Add(new NodeProto { OpType = "Identity", Name = name, Input = { plain.Name }, Output = { name } });
        _graph.Output.Add(Describe(name, value.Shape));
    }

    private OnnxValue Turn(OnnxValue value, bool isChannelsFirst, params long[] order)
    {
        if (!_turned.TryGetValue(value.Name, out var turned))
        {
            turned = value with { Name = Node("Transpose", [value.Name], ("perm", order)), IsChannelsFirst = isChannelsFirst };
            _turned[value.Name] = turned;
            _turned[turned.Name] = value;
        }
        return turned;
    }

    private static ValueInfoProto Describe(string name, int[] shape)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = new TensorShapeProto() };
        tensor.Shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "N" });
        tensor.Shape.Dim.AddRange(shape.Select(side => new TensorShapeProto.Types.Dimension { DimValue = side }));
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private static AttributeProto Attribute(string name, object value)
    {
        var attribute = new AttributeProto { Name = name };
        switch (value)
        {
            case float number:
                attribute.F = number;
                attribute.Type = AttributeProto.Types.AttributeType.Float;
                break;
            case int whole:
                attribute.I = whole;
                attribute.Type = AttributeProto.Types.AttributeType.Int;
                break;
            case long[] list:
                attribute.Ints.AddRange(list);
                attribute.Type = AttributeProto.Types.AttributeType.Ints;
                break;
            case string text:
                attribute.S = ByteString.CopyFromUtf8(text);
                attribute.Type = AttributeProto.Types.AttributeType.String;
                break;
            default:
                throw new ArgumentException($"{name} is a {value.GetType()}.", nameof(value));
        }
        return attribute;
    }
}
