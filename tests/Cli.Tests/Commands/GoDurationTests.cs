using Scalelab.Cli.Commands;

namespace Scalelab.Cli.Tests.Commands;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("15s", 15)]
    [InlineData("5m0s", 300)]
    [InlineData("1h30m", 5400)]
    [InlineData("250ms", 0.25)]
    [InlineData("1.5m", 90)]
    public void TryParse_ADurationAsGoPrintsIt_GivesItsLength(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
        Assert.True(GoDuration.TryParse(GoDuration.Format(duration), out var again));
        Assert.Equal(duration, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("15")]
    [InlineData("s")]
    [InlineData("15 s")]
    [InlineData("-15s")]
    [InlineData("15s7")]
    [InlineData("99999999999h")]
    public void TryParse_AnythingElse_IsRefused(string? text) => Assert.False(GoDuration.TryParse(text, out _));
}
