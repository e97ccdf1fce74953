using System.Globalization;

namespace Scalelab.ModelServer.Inference;

/// <summary>What the model makes of one picture.</summary>
/// <param name="Label">The likeliest class.</param>
/// <param name="Probability">Its probability, 0 to 1.</param>
/// <param name="Classes">Every class, likeliest first.</param>
/// <param name="InferenceSeconds">Decoding, preparing and running the network; waiting for a turn is not counted.</param>
/// <param name="Pod">The pod that answered.</param>
public sealed record Prediction(
    [property: System.Text.Json.Serialization.JsonPropertyName("prediction")] string Label,
    double Probability,
    IReadOnlyList<ClassProbability> Classes,
    double InferenceSeconds,
    string Pod)
{
    /// <summary>The line that the exercises' server answers with.</summary>
    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Label} ({Probability:F2}), Inference Time : {InferenceSeconds:F4} seconds");
}

/// <summary>One class and its probability, 0 to 1.</summary>
public sealed record ClassProbability(string Label, double Probability);
