using Scalelab.Infra.Settings;

namespace Scalelab.Infra.Tests.Settings;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("200m", 0.2)]
    [InlineData("1", 1)]
    [InlineData("1.5", 1.5)]
    [InlineData("512Mi", 536870912)]
    [InlineData("1Gi", 1073741824)]
    [InlineData("2k", 2000)]
    [InlineData("3M", 3000000)]
    public void TryParse_Quantity_GivesItsAmount(string text, double amount)
    {
        Assert.True(Quantity.TryParse(text, out var quantity));
        Assert.Equal((decimal)amount, quantity.Amount);
        Assert.Equal(text, quantity.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("-1")]
    [InlineData("1 Gi")]
    [InlineData("1gi")]
    [InlineData("1,5")]
    [InlineData("99999999999999999999")]
    public void TryParse_AnythingElse_IsRefused(string text) => Assert.False(Quantity.TryParse(text, out _));

    [Fact]
    public void Equals_SameAmountInOtherWords_IsEqual()
    {
        Assert.True(Quantity.TryParse("1000m", out var inThousandths));
        Assert.True(Quantity.TryParse("1", out var inWholes));

        Assert.Equal(inWholes, inThousandths);
        Assert.Equal(0, inWholes.CompareTo(inThousandths));
    }
}
