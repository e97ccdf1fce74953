using Scalelab.Engine.Properties;
using static Scalelab.Engine.Tests.Support.TestStack;

namespace Scalelab.Engine.Tests.Properties;

public sealed class PropertyPathTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("spec.containers[0].image")]
    [InlineData("metadata.annotations[\"pulumi.com/skipAwait\"]")]
    [InlineData("a[\"with \\\" quote\"]")]
    public void Parse_OfPath_PrintsTheSame(string text) => Assert.Equal(text, PropertyPath.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("a[")]
    [InlineData("a[x]")]
    [InlineData("a[\"x]")]
    public void Parse_OfSomethingElse_Fails(string text) => Assert.Throws<FormatException>(() => PropertyPath.Parse(text));

    [Theory]
    [InlineData("spec", "spec.replicas", true)]
    [InlineData("spec.replicas", "spec", true)]
    [InlineData("spec.containers[*].image", "spec.containers[2].image", true)]
    [InlineData("spec.containers[1].image", "spec.containers[2].image", false)]
    [InlineData("spec.replicas", "spec.selector", false)]
    public void Touches_OfTwoPaths_TellsWhetherOneIsWithinTheOther(string pattern, string path, bool expected) =>
        Assert.Equal(expected, PropertyPath.Parse(pattern).Touches(PropertyPath.Parse(path)));

    [Fact]
    public void Overwrite_OfDeepPath_TakesTheOldValueAndRemovesWhatWasNotThere()
    {
        var target = Map(("spec", Map(("replicas", 5), ("image", "new"), ("extra", 1))));
        var source = Map(("spec", Map(("replicas", 2), ("image", "old"))));

        var result = PropertyPath.Parse("spec.extra").Overwrite(PropertyPath.Parse("spec.replicas").Overwrite(target, source), source);

        Assert.Equal(Map(("spec", Map(("replicas", 2), ("image", "new")))), result);
    }

    [Fact]
    public void Overwrite_OfEveryItem_GoesThroughLists()
    {
        var target = Map(("ports", new ListValue([Map(("port", 1)), Map(("port", 2)), Map(("port", 3))])));
        var source = Map(("ports", new ListValue([Map(("port", 8)), Map(("port", 9))])));

        Assert.Equal(
            Map(("ports", new ListValue([Map(("port", 8)), Map(("port", 9)), Map(("port", 3))]))),
            PropertyPath.Parse("ports[*].port").Overwrite(target, source));
    }
}
