using System.Diagnostics;

namespace Scalelab.Cli.Tests.Workflows;

/// <summary>The scripts behind the previews of pull requests.</summary>
public sealed class PreviewScriptsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scalelab-previews-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("stacks/Pulumi.b.yaml", "b")]
    [InlineData("docs/x.md\nstacks/Pulumi.a.yaml\nstacks/Pulumi.b.yaml\nstacks/Pulumi.a.yaml", "a b")]
    [InlineData("infra/Program.cs", "a b")]
    [InlineData("app/ModelServer/Program.cs", "a b")]
    [InlineData("policy/Rules/ImagesByDigest.cs", "a b")]
    [InlineData("local/Engine/StackEngine.cs", "a b")]
    [InlineData("Pulumi.yaml", "a b")]
    [InlineData("README.md\ntests/Infra.Tests/x.cs\nbench/README.md", "")]
    [InlineData("stacks/Pulumi.gone.yaml", "")]
    [InlineData("", "")]
    public async Task TouchedStacks_OfChangedFiles_AreThoseThatTheyMake(string changed, string expected)
    {
        Project("a", "b");

        Assert.Equal(expected, await RunAsync("touched-stacks", changed));
    }

    /// <summary>Whoever opens a pull request chooses its files' names.</summary>
    [Theory]
    [InlineData("$(touch pwned)")]
    [InlineData("a b")]
    [InlineData("--help")]
    [InlineData("..")]
    public async Task TouchedStacks_WithNamesThatAreNoStacks_LeavesThemOut(string stack)
    {
        Project(stack);

        Assert.Equal("", await RunAsync("touched-stacks", $"stacks/Pulumi.{stack}.yaml"));
    }

    [Fact]
    public async Task PreviewComment_OfSeveralPreviews_HoldsThemAllAndCallsNobody()
    {
        Project();
        Write("a.md", "### A\nfor @somebody & <b>");
        Write("b.md", "### B");

        Assert.Equal("<!-- scalelab preview --> ### A for &#64;somebody & <b> ### B", await RunAsync("preview-comment", "", _folder.FullName));
    }

    [Fact]
    public async Task PreviewComment_OfMoreThanFits_KeepsHeadlines()
    {
        Project();
        Write("a.md", $"### A\n{new string('x', 60_000)}");
        Write("b.md", $"### B\n{new string('y', 60_000)}");

        var comment = await RunAsync("preview-comment", "", _folder.FullName);

        Assert.InRange(comment.Length, 60_000, 65_536);
        Assert.EndsWith("### B Too long for this comment: see the summary of the workflow.", comment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PreviewComment_WithoutPreviews_SaysThatNothingIsTouched()
    {
        Project();

        Assert.Equal("<!-- scalelab preview --> This change touches no stack any more.", await RunAsync("preview-comment", "", _folder.FullName));
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Infra.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests do not run within the repository.");
        }

        return folder;
    }

    // A project with these stacks and the repository's scripts.
    private void Project(params string[] stacks)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The scripts are for the workflow's runner.");
        _folder.CreateSubdirectory("stacks");
        _folder.CreateSubdirectory(".ci");
        foreach (var script in new[] { "touched-stacks", "preview-comment" })
        {
            File.Copy(Path.Combine(Repository(), ".ci", script), Path.Combine(_folder.FullName, ".ci", script));
        }

        foreach (var stack in stacks)
        {
            Write($"stacks/Pulumi.{stack}.yaml", "config: {}");
        }
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);

    /// <summary>Runs a script and gives what it printed, lines joined by spaces.</summary>
    private async Task<string> RunAsync(string script, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(_folder.FullName, ".ci", script), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _folder.FullName,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "pwned")));
        return string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
