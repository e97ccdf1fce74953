using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Tests.Schema;

public sealed class TimestampsTests
{
    [Theory]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z")]
    [InlineData("2026-01-02T03:04:05.999999999+02:30", "2026-01-02T00:34:05Z")]
    [InlineData("2024-02-29T00:00:00-01:00", "2024-02-29T01:00:00Z")]
    public void Parse_OfATime_GivesIt(string text, string expected) => Assert.Equal(expected, Timestamps.Format(Timestamps.Parse(text)));

    [Theory]
    [InlineData("2026-13-02T03:04:05Z", ": month out of range")]
    [InlineData("2026-02-30T03:04:05Z", ": day out of range")]
    [InlineData("2026-01-02T24:04:05Z", ": hour out of range")]
    [InlineData("2026-01-02 03:04:05Z", " as \"2006-01-02T15:04:05Z07:00\": cannot parse \" 03:04:05Z\" as \"T\"")]
    [InlineData("2026-01-02T03:04:05", " as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"Z07:00\"")]
    [InlineData("2026-01-02T03:04:05Zx", ": extra text: \"x\"")]
    [InlineData("", " as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"2006\"")]
    public void Parse_OfAnythingElse_SaysWhereItStops(string text, string problem) =>
        Assert.Equal($"parsing time \"{text}\"{problem}", Assert.Throws<DecodeException>(() => Timestamps.Parse(text)).Message);
}
