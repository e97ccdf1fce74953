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
    /// <summary>A prediction from the probability of each label.</summary>
    internal static Prediction Of(ModelDescription model, float[] probabilities, TimeSpan elapsed, PodIdentity pod)
    {
        var classes = Ranked(model, probabilities);
        return new Prediction(classes[0].Label, classes[0].Probability, classes, elapsed.TotalSeconds, pod.Name);
    }

    /// <summary>The labels and their probabilities, likeliest first.</summary>
    internal static ClassProbability[] Ranked(ModelDescription model, float[] probabilities)
    {
        var classes = new ClassProbability[probabilities.Length];
        for (var i = 0; i < classes.Length; i++)
        {
            classes[i] = new ClassProbability(model.Labels[i], probabilities[i]);
        }
        // Stable: of equally likely classes the first listed comes first.
        return [.. classes.OrderByDescending(c => c.Probability)];
    }

    /// <summary>The line that the exercises' server answers with.</summary>
    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Label} ({Probability:F2}), Inference Time : {InferenceSeconds:F4} seconds");
}

/// <summary>One class and its probability, 0 to 1.</summary>
public sealed record ClassProbability(string Label, double Probability);
