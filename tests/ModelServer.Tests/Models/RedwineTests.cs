using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime;

namespace Scalelab.ModelServer.Tests.Models;

/// <summary>The bundled regressor against what scikit-learn predicts for the whole test split (Models/redwine/train/train.py).</summary>
public sealed class RedwineTests
{
    private const double Tolerance = 1e-5;

    private static readonly JsonArray Wines = JsonNode.Parse(Fixture.Read("redwine.json"))!.AsArray();

    private static string Models => Path.Combine(AppContext.BaseDirectory, "Models");

    [Fact]
    public void Run_WholeTestSplit_AgreesWithScikitLearn()
    {
        using var session = new InferenceSession(Path.Combine(Models, "redwine", "model.onnx"));
        float[] features = [.. Wines.SelectMany(wine => wine!["features"]!.AsArray()).Select(value => (float)(double)value!)];
        using var input = OrtValue.CreateTensorValueFromMemory(features, [Wines.Count, 11]);
        using var options = new RunOptions();

        using var outputs = session.Run(options, ["input"], [input], ["predictions"]);

        Assert.Equal(400, Wines.Count);
        AssertAgrees([.. outputs[0].GetTensorDataAsSpan<float>().ToArray().Select(value => (double)value)]);
    }

    [Fact]
    public async Task Predict_WholeTestSplitOverV1_AgreesWithScikitLearn()
    {
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", Models]);
        var request = new JsonObject { ["instances"] = new JsonArray([.. Wines.Select(wine => wine!["features"]!.DeepClone())]) };

        using var response = await server.PostJsonAsync(request.ToJsonString(), "/v1/models/redwine:predict");

        AssertAgrees([.. (await response.JsonAsync(200))["predictions"]!.AsArray().Select(value => (double)value!)]);
    }

    private static void AssertAgrees(double[] predictions)
    {
        Assert.Equal(Wines.Count, predictions.Length);
        Assert.All(Wines.Zip(predictions), pair => Assert.InRange(pair.Second, (double)pair.First!["prediction"]! - Tolerance, (double)pair.First!["prediction"]! + Tolerance));
    }
}
