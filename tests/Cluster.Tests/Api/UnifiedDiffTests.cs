using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Tests.Api;

public sealed class UnifiedDiffTests
{
    [Fact]
    public void Of_TheSameText_IsEmpty() => Assert.Equal("", UnifiedDiff.Of("a\nb", "a\nb"));

    [Fact]
    public void Of_AChangedLine_HasThreeLinesAroundIt() =>
        Assert.Equal("@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n", UnifiedDiff.Of("1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n3\n4\nx\n6\n7\n8\n9"));

    [Fact]
    public void Of_AddedLines_CountsThemOnOneSide() => Assert.Equal("@@ -1,2 +1,4 @@\n a\n+x\n+y\n b\n", UnifiedDiff.Of("a\nb", "a\nx\ny\nb"));

    [Fact]
    public void Of_ChangesFarApart_HasAHunkForEach() => Assert.Equal(
        "@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -8,4 +8,4 @@\n 8\n 9\n 10\n-11\n+y\n",
        UnifiedDiff.Of("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11", "x\n2\n3\n4\n5\n6\n7\n8\n9\n10\ny"));
}
