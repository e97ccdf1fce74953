using Scalelab.ModelServer.Pictures;

namespace Scalelab.ModelServer.Inference;

/// <summary>What model.json says of model.onnx: how a picture becomes the network's input, and what its output means.</summary>
public sealed record ModelDescription
{
    /// <summary>Shown on the page and in answers about the model.</summary>
    public required string Name { get; init; }

    /// <summary>One or two sentences for the page: what the model was trained on, how far to trust it. May be left out.</summary>
    public string? About { get; init; }

    /// <summary>Order of the input's dimensions.</summary>
    public required Layout Layout { get; init; }

    /// <summary>Height and width of the input, in pixels.</summary>
    public required int Size { get; init; }

    /// <summary>How a picture of any shape is brought near that size.</summary>
    public required ResizeRule Resize { get; init; }

    /// <summary>How the square is cut out of the resized picture.</summary>
    public required Crop Crop { get; init; }

    /// <summary>The range that bytes are mapped to.</summary>
    public required Scaling Scaling { get; init; }

    /// <summary>Subtracted after scaling, one number for each of red, green, blue. Zeros when left out.</summary>
    public IReadOnlyList<float>? Mean { get; init; }

    /// <summary>Divided by after subtracting the mean, one number for each of red, green, blue. Ones when left out.</summary>
    public IReadOnlyList<float>? Std { get; init; }

    /// <summary>At what size pictures are decoded. <see cref="DecodeRule.Exact"/> when left out.</summary>
    public DecodeRule Decode { get; init; }

    /// <summary>What turns the network's output into probabilities.</summary>
    public required Activation Activation { get; init; }

    /// <summary>The classes, in the order of the network's outputs.</summary>
    public required IReadOnlyList<string> Labels { get; init; }
}

/// <summary>Order of the input's dimensions: batch (N), channels (C), height (H), width (W).</summary>
public enum Layout
{
    /// <summary>PyTorch's order.</summary>
    ChannelsFirst,

    /// <summary>Keras' order.</summary>
    ChannelsLast,
}

/// <summary>How a picture is resized before the square is cut out.</summary>
public sealed record ResizeRule
{
    /// <summary>Which sides are set.</summary>
    public required ResizeMode Mode { get; init; }

    /// <summary>Length that they are set to, in pixels.</summary>
    public required int To { get; init; }

    /// <summary>How pixels are weighed.</summary>
    public required ResizeFilter Filter { get; init; }
}

/// <summary>Which sides a resize sets.</summary>
public enum ResizeMode
{
    /// <summary>Both: the picture is stretched, as Keras does with a target size.</summary>
    Stretch,

    /// <summary>The shorter; the longer follows in proportion, as torchvision's Resize does with one number.</summary>
    ShorterSide,
}

/// <summary>How the square is cut out of the resized picture.</summary>
public enum Crop
{
    /// <summary>Nothing is cut: the picture was stretched to the size already.</summary>
    None,

    /// <summary>The middle, as torchvision's CenterCrop.</summary>
    Centre,
}

/// <summary>The range that the bytes 0 to 255 are mapped to.</summary>
public enum Scaling
{
    /// <summary>Left as they are.</summary>
    Bytes,

    /// <summary>Divided by 255.</summary>
    Unit,

    /// <summary>Divided by 127.5, less 1.</summary>
    AroundZero,
}

/// <summary>What turns outputs into probabilities.</summary>
public enum Activation
{
    /// <summary>Nothing: the network ends in its own softmax.</summary>
    None,

    /// <summary>Exponentials, divided by their sum.</summary>
    Softmax,

    /// <summary>Each output on its own; the probabilities need not add up to one.</summary>
    Sigmoid,
}

/// <summary>At what size a picture is decoded before it is resized.</summary>
public enum DecodeRule
{
    /// <summary>At its own: the numbers are the ones that PIL and torchvision make.</summary>
    Exact,

    /// <summary>A large JPEG at a fraction of its size, no less than twice the final one: several times faster, and close.</summary>
    Reduced,
}
