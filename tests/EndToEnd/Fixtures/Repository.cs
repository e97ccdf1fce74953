namespace Scalelab.EndToEnd.Fixtures;

/// <summary>The files of the repository that the tests run from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Real photographs, which are not part of the repository; null where they are absent.</summary>
    public static string? Photograph =>
        Directory.Exists(Path.Combine(Root, "../shared/photos")) ? Directory.EnumerateFiles(Path.Combine(Root, "../shared/photos"), "*.jp*g").Order(StringComparer.Ordinal).FirstOrDefault() : null;

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Pulumi.yaml")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the repository: no Pulumi.yaml above them.");
        }

        return folder;
    }
}
