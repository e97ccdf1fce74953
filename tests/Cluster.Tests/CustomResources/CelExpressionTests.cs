using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.CustomResources.Cel;

namespace Scalelab.Cluster.Tests.CustomResources;

public sealed class CelExpressionTests
{
    [Theory]
    [InlineData("self.min <= self.max", true)]
    [InlineData("!has(self.none) || self.none > 1", true)]
    [InlineData("self.name.startsWith('a') && size(self.items) == 3", true)]
    [InlineData("self.items.all(item, item > 0)", true)]
    [InlineData("self.items.exists(item, item == 9)", false)]
    [InlineData("self.items.filter(item, item > 1).map(item, item * 2) == [4, 6]", true)]
    [InlineData("self.mode in ['a', 'b'] ? self.min == 1 : false", true)]
    [InlineData("self.min == oldSelf.min", false)]
    [InlineData("self.__dash__ == 1 || true", true)]
    [InlineData("self.name.matches('^a[a-z]+$')", true)]
    [InlineData("-self.min + 2 == 1", true)]
    [InlineData("self.name.indexOf('p') + 1 == 3", true)]
    [InlineData("1 + 2 * 3 - 4 / 2 == 5", true)]
    public void Evaluate_OfARule_GivesItsTruth(string rule, bool expected)
    {
        var self = JsonNode.Parse("""{"min":1,"max":5,"name":"alpha","items":[1,2,3],"mode":"a"}""");
        var old = JsonNode.Parse("""{"min":2}""");

        Assert.Equal(expected, CelExpression.Parse(rule).Evaluate(CelValues.From(self), CelValues.From(old)));
    }

    [Fact]
    public void Evaluate_OfAMissingKey_SaysWhichOne()
    {
        var error = Assert.Throws<CelException>(() => CelExpression.Parse("self.none > 1").Evaluate(CelValues.From(new JsonObject()), null));

        Assert.Equal("no such key: none", error.Message);
    }

    [Theory]
    [InlineData("self.")]
    [InlineData("unknown(self)")]
    [InlineData("self ==")]
    [InlineData("'open")]
    public void Parse_OfWhatIsNoExpression_IsRefused(string rule)
    {
        Assert.Throws<CelException>(() => CelExpression.Parse(rule));
    }
}
