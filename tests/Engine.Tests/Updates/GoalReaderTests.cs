using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Tests.Updates;

public sealed class GoalReaderTests
{
    [Theory]
    [InlineData("360000000000ns", 360)]
    [InlineData("90s", 90)]
    [InlineData("1h30m", 5400)]
    [InlineData("1500ms", 1.5)]
    [InlineData("500us", 0.0005)]
    public void Duration_AsGoWritesIt_IsRead(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), GoalReader.Duration(text, "a resource"));

    [Theory]
    [InlineData("5")]
    [InlineData("5 minutes")]
    [InlineData("-5m")]
    public void Duration_Otherwise_IsRefused(string text) =>
        Assert.Contains("is not a duration", Assert.Throws<EngineException>(() => GoalReader.Duration(text, "a resource")).Message, StringComparison.Ordinal);
}
