namespace Scalelab.ModelConversion;

/// <summary>What to convert, and where to.</summary>
public sealed record ConversionOptions
{
    /// <summary>The saved model, <c>.h5</c> or <c>.keras</c>.</summary>
    public required string File { get; init; }

    /// <summary>The folder to write; a model that is there is replaced.</summary>
    public required string Folder { get; init; }

    /// <summary>The classes in the order of the outputs; numbers for names when null.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>
    /// The range that the network takes pictures in: <c>0..1</c>, <c>-1..1</c> or <c>0..255</c>. When null, bytes where the network begins by rescaling
    /// them itself, and 0..1 elsewhere, as the exercises train.
    /// </summary>
    public string? Scaling { get; init; }
}

/// <summary>What was converted.</summary>
/// <param name="Folder">Where it lies, absolute.</param>
/// <param name="Layers">How many layers it has.</param>
/// <param name="Size">Height and width of the pictures that it takes.</param>
/// <param name="Labels">Its classes.</param>
/// <param name="AreLabelsNumbers">Whether nobody named them.</param>
/// <param name="Scaling">The range that model.json brings pictures into.</param>
/// <param name="RescalesItself">Whether the network brings bytes into its range itself.</param>
/// <param name="Difference">The largest difference between ONNX Runtime and the reference pass, as a share of the largest output, or of 1.</param>
/// <param name="Tolerance">The largest difference that is accepted.</param>
/// <param name="Inputs">On how many inputs they were compared.</param>
public sealed record ConversionReport(
    string Folder, int Layers, int Size, IReadOnlyList<string> Labels, bool AreLabelsNumbers, string Scaling, bool RescalesItself, double Difference, double Tolerance, int Inputs);
