using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Tests.Schema;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("0.1m", "100u")]
    [InlineData("1000m", "1")]
    [InlineData("1500m", "1500m")]
    [InlineData("0.5", "500m")]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("1.5Gi", "1536Mi")]
    [InlineData("1000000", "1M")]
    [InlineData("1e3", "1e3")]
    [InlineData("0", "0")]
    [InlineData("0Gi", "0")]
    [InlineData("-1", "-1")]
    [InlineData("1.0000000001", "1000000001n")]
    [InlineData("100Ki", "100Ki")]
    [InlineData("1023", "1023")]
    [InlineData("+5k", "5k")]
    [InlineData(".", "0")]
    [InlineData("9999999999Gi", "9223372036854775807")]
    public void ToString_OfParsedText_IsCanonical(string text, string canonical) => Assert.Equal(canonical, Quantity.Parse(text).ToString());

    [Theory]
    [InlineData("lots")]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1 Gi")]
    [InlineData("1KI")]
    public void Parse_OfAnythingElse_Throws(string text) =>
        Assert.Contains("quantities must match the regular expression", Assert.Throws<DecodeException>(() => Quantity.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("1e")]
    [InlineData("1kk")]
    [InlineData("1e999999999")]
    public void Parse_OfASuffixThatThereIsNot_NamesIt(string text) => Assert.Equal("unable to parse quantity's suffix", Assert.Throws<DecodeException>(() => Quantity.Parse(text)).Message);

    [Fact]
    public void Value_OfMoreThan64Bits_IsTheLargestThereIs() => Assert.Equal((long.MaxValue, long.MaxValue), (Quantity.Parse("99999999999E").Value, Quantity.Parse("9E").MilliValue));

    [Fact]
    public void CompareTo_AcrossSuffixes_ComparesAmounts()
    {
        Assert.True(Quantity.Parse("1Gi") > Quantity.Parse("1G"));
        Assert.True(Quantity.Parse("250m") < Quantity.Parse("0.5"));
        Assert.Equal(Quantity.Parse("1"), Quantity.Parse("1000m"));
        Assert.Equal(1, Quantity.Parse("0.1m").MilliValue);
    }
}
