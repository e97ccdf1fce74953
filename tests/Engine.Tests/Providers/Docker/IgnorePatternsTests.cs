using Scalelab.Engine.Providers;
using Scalelab.Engine.Providers.Docker.Building;

namespace Scalelab.Engine.Tests.Providers.Docker;

public sealed class IgnorePatternsTests
{
    [Theory]
    [InlineData("bin", "bin", true)]
    [InlineData("bin", "bin/a/b.dll", true)]
    [InlineData("bin", "src/bin", false)]
    [InlineData("**/bin", "src/deep/bin/x", true)]
    [InlineData("**/bin", "bin", true)]
    [InlineData("/bin/", "bin/x", true)]
    [InlineData("./a/../bin", "bin", true)]
    [InlineData("*.md", "README.md", true)]
    [InlineData("*.md", "docs/README.md", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("[ab].txt", "b.txt", true)]
    [InlineData("[^ab].txt", "b.txt", false)]
    [InlineData(@"\*.txt", "a.txt", false)]
    [InlineData(@"\*.txt", "*.txt", true)]
    [InlineData("a.b", "axb", false)]
    [InlineData("docs/**", "docs/a/b", true)]
    [InlineData("# comment", "# comment", false)]
    [InlineData("*.md\n!README.md", "README.md", false)]
    [InlineData("*.md\n!README.md\nREAD*", "README.md", true)]
    [InlineData("docs\n!docs/keep", "docs/keep/file", false)]
    [InlineData("docs\n!docs/keep", "docs/other", true)]
    public void Matches_Path_FollowsDockersRules(string patterns, string path, bool expected) => Assert.Equal(expected, IgnorePatterns.Parse(patterns).Matches(path));

    [Fact]
    public void Parse_BrokenPattern_IsRefusedByName() =>
        Assert.Contains("'[a'", Assert.Throws<ProviderException>(() => IgnorePatterns.Parse("[a")).Message, StringComparison.Ordinal);
}
