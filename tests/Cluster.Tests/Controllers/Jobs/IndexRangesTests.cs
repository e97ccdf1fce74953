using Scalelab.Cluster.Controllers.Jobs;

namespace Scalelab.Cluster.Tests.Controllers.Jobs;

public sealed class IndexRangesTests
{
    [Theory]
    [InlineData("", new int[0])]
    [InlineData("3", new[] { 3 })]
    [InlineData("1,2", new[] { 2, 1 })]
    [InlineData("1,3-5,7", new[] { 7, 1, 3, 4, 5 })]
    public void Format_Numbers_CanBeReadAgain(string text, int[] numbers)
    {
        Assert.Equal(text, IndexRanges.Format(numbers));
        Assert.Equal(numbers.Order(), IndexRanges.Parse(text).Order());
    }
}
