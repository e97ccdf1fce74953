using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Scalelab.ModelServer.Pictures;

namespace Scalelab.ModelServer.Inference;

/// <summary>model.json as it is written. Words are nodes here: a serializer prepares for each enumeration at run time, which every start would wait for.</summary>
internal sealed record ModelJsonFile
{
    public required string Name { get; init; }

    public string? About { get; init; }

    public required JsonNode Layout { get; init; }

    public required int Size { get; init; }

    public required ResizeJson Resize { get; init; }

    public required JsonNode Crop { get; init; }

    public required JsonNode Scaling { get; init; }

    public float[]? Mean { get; init; }

    public float[]? Std { get; init; }

    public JsonNode? Decode { get; init; }

    public required JsonNode Activation { get; init; }

    public required string[] Labels { get; init; }

    /// <exception cref="JsonException">A word is none of those that are allowed.</exception>
    public ModelDescription ToDescription() => new()
    {
        Name = Name,
        About = About,
        Layout = Word(Layout) switch
        {
            "NCHW" => Inference.Layout.ChannelsFirst,
            "NHWC" => Inference.Layout.ChannelsLast,
            _ => throw NotAllowed("layout", Layout, "NCHW", "NHWC"),
        },
        Size = Size,
        Resize = Resize.ToRule(),
        Crop = Word(Crop) switch
        {
            "none" => Inference.Crop.None,
            "centre" => Inference.Crop.Centre,
            _ => throw NotAllowed("crop", Crop, "none", "centre"),
        },
        Scaling = Word(Scaling) switch
        {
            "0..255" => Inference.Scaling.Bytes,
            "0..1" => Inference.Scaling.Unit,
            "-1..1" => Inference.Scaling.AroundZero,
            _ => throw NotAllowed("scaling", Scaling, "0..255", "0..1", "-1..1"),
        },
        Mean = Mean,
        Std = Std,
        Decode = Decode is null ? DecodeRule.Exact : Word(Decode) switch
        {
            "exact" => DecodeRule.Exact,
            "reduced" => DecodeRule.Reduced,
            _ => throw NotAllowed("decode", Decode, "exact", "reduced"),
        },
        Activation = Word(Activation) switch
        {
            "none" => Inference.Activation.None,
            "softmax" => Inference.Activation.Softmax,
            "sigmoid" => Inference.Activation.Sigmoid,
            _ => throw NotAllowed("activation", Activation, "none", "softmax", "sigmoid"),
        },
        Labels = Labels,
    };

    internal static string? Word(JsonNode node) => node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    internal static JsonException NotAllowed(string key, JsonNode value, params string[] words) =>
        new($"It is {value.ToJsonString()}. Allowed: {string.Join(", ", words.Select(word => $"\"{word}\""))}.", $"$.{key}", null, null);
}

/// <summary>The part of model.json below <c>resize</c>.</summary>
internal sealed record ResizeJson
{
    public required JsonNode Mode { get; init; }

    public required int To { get; init; }

    public required JsonNode Filter { get; init; }

    public ResizeRule ToRule() => new()
    {
        Mode = ModelJsonFile.Word(Mode) switch
        {
            "stretch" => ResizeMode.Stretch,
            "shorter-side" => ResizeMode.ShorterSide,
            _ => throw ModelJsonFile.NotAllowed("resize.mode", Mode, "stretch", "shorter-side"),
        },
        To = To,
        Filter = ModelJsonFile.Word(Filter) switch
        {
            "bilinear" => ResizeFilter.Bilinear,
            "bicubic" => ResizeFilter.Bicubic,
            _ => throw ModelJsonFile.NotAllowed("resize.filter", Filter, "bilinear", "bicubic"),
        },
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(ModelJsonFile))]
internal sealed partial class ModelJson : JsonSerializerContext;
