namespace Scalelab.EndToEnd.Fixtures;

/// <summary>
/// A project with the repository's program and app but stacks of its own, which tests may spoil. Uses the command line that is built
/// already: it finds its project above itself.
/// </summary>
internal sealed class ProjectCopy
{
    private readonly string _root;
    private readonly IReadOnlyDictionary<string, string?> _environment;

    /// <param name="parent">Where the copy is put.</param>
    /// <param name="environment">What its commands see.</param>
    public ProjectCopy(string parent, IReadOnlyDictionary<string, string?> environment)
    {
        _environment = environment;
        _root = Directory.CreateDirectory(Path.Combine(parent, Guid.NewGuid().ToString("N"))).FullName;
        foreach (var file in new[] { "Pulumi.yaml", "Directory.Build.props", "Directory.Packages.props" })
        {
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(_root, file));
        }

        foreach (var folder in new[] { "infra", "app" })
        {
            Directory.CreateSymbolicLink(Path.Combine(_root, folder), Path.Combine(Repository.Root, folder));
        }

        Copy("stacks");
        Copy("local/Cli/bin/Debug/net10.0");
    }

    public IEnumerable<string> Stacks => Directory.EnumerateFiles(Path.Combine(_root, "stacks")).Select(file => Path.GetFileName(file).Split('.')[1]);

    public string StackFile(string stack) => Path.Combine(_root, "stacks", $"Pulumi.{stack}.yaml");

    /// <summary>Puts another program in the place of the repository's own.</summary>
    /// <param name="folder">A folder of the repository that holds a built program.</param>
    public void ReplaceProgram(string folder)
    {
        var program = Path.Combine(_root, "infra");
        Directory.Delete(program);
        Directory.CreateSymbolicLink(program, Path.Combine(Repository.Root, folder));
    }

    /// <summary>Puts what the exercise's Dockerfile copies into an image in the place of links to it: a build takes links for what they are.</summary>
    public void CopyImageSources()
    {
        foreach (var file in new[] { "global.json", ".editorconfig" })
        {
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(_root, file));
        }

        Directory.Delete(Path.Combine(_root, "app"));
        Copy("app");
        Copy("eng");
    }

    /// <summary>Changes a text in a stack's file.</summary>
    public void Replace(string stack, string text, string replacement)
    {
        var content = File.ReadAllText(StackFile(stack));
        Assert.Contains(text, content, StringComparison.Ordinal);
        File.WriteAllText(StackFile(stack), content.Replace(text, replacement, StringComparison.Ordinal));
    }

    public Task<CommandResult> RunAsync(params string[] arguments) => CommandLine.RunAsync(
        "dotnet",
        [Path.Combine(_root, "local/Cli/bin/Debug/net10.0/lab.dll"), .. arguments],
        _environment,
        input: null,
        Deadline.Deployment,
        TestContext.Current.CancellationToken);

    private void Copy(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories).Where(file => folder.Contains("bin", StringComparison.Ordinal) || !IsBuilt(file)))
        {
            var copy = Path.Combine(_root, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static bool IsBuilt(string file) => Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar) is var folders && (folders.Contains("bin") || folders.Contains("obj"));
}
