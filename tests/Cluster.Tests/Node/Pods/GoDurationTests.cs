using Scalelab.Cluster.Node.Pods;

namespace Scalelab.Cluster.Tests.Node.Pods;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(120, "120ms")]
    [InlineData(1500, "1.5s")]
    [InlineData(10_000, "10s")]
    [InlineData(80_000, "1m20s")]
    [InlineData(300_000, "5m0s")]
    [InlineData(3_661_001, "1h1m1.001s")]
    public void Format_Duration_IsAsGoPrintsIt(int milliseconds, string text) => Assert.Equal(text, GoDuration.Format(TimeSpan.FromMilliseconds(milliseconds)));
}
