using System.Text.Json.Nodes;
using Scalelab.Policy.Kubernetes;
using Scalelab.Policy.Tests.Support;

namespace Scalelab.Policy.Tests.Kubernetes;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("200m", 0.2)]
    [InlineData("1", 1)]
    [InlineData("0.5Gi", 536870912)]
    [InlineData("512Mi", 536870912)]
    [InlineData("1k", 1000)]
    [InlineData("1e3", 1000)]
    [InlineData("2E2", 200)]
    [InlineData("5P", 5e15)]
    public void Read_OfQuantity_GivesTheAmount(string text, double amount) => Assert.Equal((decimal)amount, Read(text));

    [Theory]
    [InlineData("many")]
    [InlineData("")]
    [InlineData("1 Gi")]
    [InlineData("99999999999999999999999999999999")]
    public void Read_OfWhatIsNone_IsNull(string text) => Assert.Null(Read(text));

    [Fact]
    public void Read_OfNumber_IsTheNumber() => Assert.Equal(2m, Read(2));

    private static decimal? Read(JsonNode value) => Quantity.Read(Manifest.Of("v1:X", "{}").With("value", value).ToResource().Properties["value"]);
}
