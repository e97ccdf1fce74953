using Scalelab.Cluster.Api.Kinds;

namespace Scalelab.Cluster.Tests.Kinds;

public sealed class DurationsTests
{
    [Theory]
    [InlineData(-5, "<invalid>")]
    [InlineData(0, "0s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(599, "9m59s")]
    [InlineData(600, "10m")]
    [InlineData(3 * 3600 - 1, "179m")]
    [InlineData(3 * 3600, "3h")]
    [InlineData(7 * 3600 + 59 * 60, "7h59m")]
    [InlineData(47 * 3600, "47h")]
    [InlineData(48 * 3600, "2d")]
    [InlineData(7 * 86400 + 23 * 3600, "7d23h")]
    [InlineData(326 * 86400, "326d")]
    [InlineData(729 * 86400, "729d")]
    [InlineData(730 * 86400, "2y")]
    [InlineData(800 * 86400, "2y70d")]
    [InlineData(8 * 365 * 86400, "8y")]
    public void Age_OfSeconds_IsShortForPeople(long seconds, string text) => Assert.Equal(text, Durations.Age(TimeSpan.FromSeconds(seconds)));
}
