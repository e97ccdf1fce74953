using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Tests.Inference;

public sealed class PredictionTests
{
    [Fact]
    public void ToLine_Prediction_IsTheLineOfTheExercises()
    {
        var prediction = new Prediction("Noodles/Pasta", 0.96666, [], 0.12341, "pod");

        Assert.Equal("Noodles/Pasta (0.97), Inference Time : 0.1234 seconds", prediction.ToLine());
    }
}
