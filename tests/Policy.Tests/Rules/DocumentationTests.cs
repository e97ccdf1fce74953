using Scalelab.Policy.Protocol;
using Scalelab.Policy.Tests.Support;

namespace Scalelab.Policy.Tests.Rules;

public sealed class DocumentationTests
{
    /// <summary>The page of rules lists each with the level that it has, its settings, and none that is not there.</summary>
    [Fact]
    public void Page_OfRules_IsWhatThePackHolds()
    {
        var rows = File.ReadLines(Path.Combine(Repository.Root, "docs", "policies.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')).ToList();
        var rules = Pack.Create().Rules;

        Assert.Equal(
            rules.Select(rule => $"`{rule.Name}` {(rule.Level == EnforcementLevel.Mandatory ? "mandatory" : "advisory")}"),
            rows.Where(row => row.Length == 6).Select(row => $"{row[1].Trim()} {row[2].Trim()}"));
        Assert.Equal(
            rules.Where(rule => !rule.Settings.IsEmpty).Select(rule => $"`{rule.Name}`"),
            rows.Where(row => row.Length == 5).Select(row => row[1].Trim()));
        Assert.All(rules.SelectMany(rule => rule.Settings), setting => Assert.Contains(rows, row => row.Length == 5 && row[2].Contains($"`{setting.Name}`", StringComparison.Ordinal)));
    }
}
