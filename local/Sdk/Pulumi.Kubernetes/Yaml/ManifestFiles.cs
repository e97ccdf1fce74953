using System.Text.RegularExpressions;

namespace Pulumi.Kubernetes.Yaml;

/// <summary>Finds and reads the files that hold manifests.</summary>
internal static class ManifestFiles
{
    private static readonly TimeSpan TimeToLoad = TimeSpan.FromMinutes(1);

    /// <summary>The files that a pattern stands for, in alphabetical order; what is no pattern stands for itself.</summary>
    public static IEnumerable<string> Find(string pattern)
    {
        if (IsAddress(pattern) || pattern.IndexOfAny(['*', '?']) < 0)
        {
            return [pattern];
        }

        // Two stars stand for any number of folders, none included.
        var name = Regex.Escape(pattern.Replace('\\', '/')).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal).Replace(@"\?", "[^/]", StringComparison.Ordinal);
        var folder = Directory.GetCurrentDirectory();
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(file => Regex.IsMatch(file, $"^{name.Replace(@"\./", "", StringComparison.Ordinal)}$"))
            .Order(StringComparer.Ordinal);
    }

    /// <exception cref="ResourceException">It cannot be read.</exception>
    public static async Task<string> ReadAsync(string file, Pulumi.Resource resource)
    {
        try
        {
            if (!IsAddress(file))
            {
                return await File.ReadAllTextAsync(file).ConfigureAwait(false);
            }

            using var client = new HttpClient { Timeout = TimeToLoad };
            return await client.GetStringAsync(new Uri(file)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or TaskCanceledException)
        {
            throw new ResourceException($"The manifest '{file}' cannot be read: {e.Message}", resource);
        }
    }

    private static bool IsAddress(string file) => file.StartsWith("http://", StringComparison.Ordinal) || file.StartsWith("https://", StringComparison.Ordinal);
}
