using Scalelab.Cli.Output;

namespace Scalelab.Cli.Tests.Output;

public sealed class DurationsTests
{
    [Theory]
    [InlineData(-1, "0.0s")]
    [InlineData(0.04, "0.0s")]
    [InlineData(12.34, "12.3s")]
    [InlineData(125, "2m 5s")]
    [InlineData(3780, "1h 3m")]
    [InlineData(187_200, "2d 4h")]
    public void Format_OfADuration_SaysItAsPeopleDo(double seconds, string expected) => Assert.Equal(expected, Durations.Format(TimeSpan.FromSeconds(seconds)));
}
