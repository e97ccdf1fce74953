using System.Text.Json;
using Scalelab.ModelConversion.Keras;
using Scalelab.ModelConversion.Numbers;
using Scalelab.ModelConversion.Onnx;

namespace Scalelab.ModelConversion.Layers;

/// <summary>A function between layers, or at the end of one.</summary>
/// <param name="Name">Keras' name.</param>
/// <param name="Emit">Writes it.</param>
/// <param name="Run">Computes it.</param>
internal sealed record Activation(string Name, Func<OnnxGraph, OnnxValue, OnnxValue> Emit, Func<Tensor, Tensor> Run)
{
    private const double SeluAlpha = 1.6732632423543772;
    private const double SeluScale = 1.0507009873554805;

    /// <summary>Whether what it gives are probabilities.</summary>
    public bool GivesProbabilities => Name is "softmax" or "sigmoid";

    public static Activation Linear { get; } = new("linear", (_, value) => value, value => value);

    public static Activation Softmax { get; } = new(
        "softmax",
        (graph, value) => graph.Each("Softmax", value, ("axis", value.ChannelAxis)),
        value => EachRow(value, row =>
        {
            var most = row.Max();
            var exponentials = row.Select(number => Math.Exp(number - most)).ToArray();
            var sum = exponentials.Sum();
            return Array.ConvertAll(exponentials, number => number / sum);
        }));

    public static Activation Sigmoid { get; } = Each("sigmoid", "Sigmoid", Logistic);

    /// <summary>The activation in a layer's setting of that name; none where it is left out.</summary>
    public static Activation Read(LayerConfig config, string setting = "activation")
    {
        if (config.Find(setting) is not { } value)
        {
            return Linear;
        }
        var name = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Object => FromObject(value),
            _ => null,
        };
        return name is null ? throw config.Unusable(setting, value, "the name of a function") : Find(config, name);
    }

    /// <summary>ReLU with its three settings: nothing below the threshold but a slope, and a ceiling.</summary>
    public static Activation Relu(double? ceiling, double slope, double threshold) => new(
        "relu",
        (graph, value) =>
        {
            if (threshold == 0 && slope == 0)
            {
                return ceiling is null
                    ? graph.Each("Relu", value)
                    : value with { Name = graph.Node("Clip", [value.Name, graph.Scalar(0), graph.Scalar(ceiling.Value)]) };
            }
            // max(x, t), where x is below t: slope · (x − t) instead.
            var isAbove = graph.Node("GreaterOrEqual", [value.Name, graph.Scalar(threshold)]);
            var above = ceiling is null ? value : graph.Each("Min", value, ceiling.Value);
            var below = graph.Each("Mul", graph.Each("Sub", value, threshold), slope);
            return value with { Name = graph.Node("Where", [isAbove, above.Name, below.Name]) };
        },
        value => value.Map(x => x >= threshold ? Math.Min(x, ceiling ?? x) : slope * (x - threshold)));

    public static Activation LeakyRelu(double slope) => Each("leaky_relu", "LeakyRelu", x => x < 0 ? slope * x : x, ("alpha", (float)slope));

    public static Activation Elu(double alpha) => Each("elu", "Elu", x => x < 0 ? alpha * (Math.Exp(x) - 1) : x, ("alpha", (float)alpha));

    private static Activation Find(LayerConfig config, string name) => name switch
    {
        "linear" => Linear,
        "relu" => Relu(null, 0, 0),
        "relu6" => Relu(6, 0, 0),
        "softmax" => Softmax,
        "sigmoid" => Sigmoid,
        "tanh" => Each(name, "Tanh", Math.Tanh),
        "swish" or "silu" => Gated(name, Sigmoid),
        "hard_sigmoid" => HardSigmoid(config),
        "hard_silu" or "hard_swish" => Gated(name, HardSigmoid(1 / 6.0)),
        "elu" => Elu(1),
        "selu" => Each(name, "Selu", x => SeluScale * (x > 0 ? x : SeluAlpha * (Math.Exp(x) - 1)), ("alpha", (float)SeluAlpha), ("gamma", (float)SeluScale)),
        "softplus" => Softplus,
        "softsign" => Each(name, "Softsign", x => x / (1 + Math.Abs(x))),
        "exponential" => Each(name, "Exp", Math.Exp),
        "leaky_relu" => LeakyRelu(0.2),
        "gelu" => Gelu,
        "mish" => Gated(name, new Activation("", (graph, value) => graph.Each("Tanh", Softplus.Emit(graph, value)), value => Softplus.Run(value).Map(Math.Tanh))),
        _ => throw config.Wrong(
            $"has the activation '{name}', which is not converted. Converted are linear, relu, relu6, leaky_relu, elu, selu, gelu, sigmoid, hard_sigmoid, tanh, softmax, "
            + "softplus, softsign, swish (silu), hard_silu, mish, exponential"),
    };

    private static Activation Softplus { get; } = Each("softplus", "Softplus", x => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))));

    // x · Φ(x), the exact form.
    private static Activation Gelu { get; } = Gated("gelu", new Activation(
        "",
        (graph, value) => graph.Each("Mul", graph.Each("Add", graph.Each("Erf", graph.Each("Div", value, Math.Sqrt(2))), 1), 0.5),
        value => value.Map(x => 0.5 * (1 + Erf(x / Math.Sqrt(2))))));

    // Keras 3 made it relu6(x + 3) / 6; before it was 0.2 x + 0.5, cut at 0 and 1.
    private static Activation HardSigmoid(LayerConfig config) => HardSigmoid(config.IsKeras3 ? 1 / 6.0 : 0.2);

    private static Activation HardSigmoid(double slope) =>
        Each("hard_sigmoid", "HardSigmoid", x => Math.Clamp((slope * x) + 0.5, 0, 1), ("alpha", (float)slope), ("beta", 0.5f));

    private static Activation Gated(string name, Activation gate) => new(
        name,
        (graph, value) => graph.Each("Mul", value, gate.Emit(graph, value)),
        value => new Tensor(value.Shape, [.. value.Data.Zip(gate.Run(value).Data, (x, open) => x * open)]));

    private static Activation Each(string name, string type, Func<double, double> function, params (string Name, object Value)[] attributes) =>
        new(name, (graph, value) => graph.Each(type, value, attributes), value => value.Map(function));

    // Keras 3 wraps names of functions; Keras 2 wraps layers that stand for functions.
    private static string? FromObject(JsonElement value) => value.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.String
        ? config.GetString()
        : null;

    private static Tensor EachRow(Tensor value, Func<double[], double[]> function) =>
        new(value.Shape, [.. value.Data.Chunk(value.Channels).SelectMany(function)]);

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    // Abramowitz and Stegun, 7.1.26: within 1.5e-7, far below what outputs are compared with.
    private static double Erf(double x)
    {
        var t = 1 / (1 + (0.3275911 * Math.Abs(x)));
        var sum = t * (0.254829592 + (t * (-0.284496736 + (t * (1.421413741 + (t * (-1.453152027 + (t * 1.061405429))))))));
        return Math.Sign(x) * (1 - (sum * Math.Exp(-x * x)));
    }
}
