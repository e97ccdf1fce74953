using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Sources.Archives;

/// <summary>Keeps names that others chose inside a folder.</summary>
internal static class SafePath
{
    private const int MaxLength = 1024;

    /// <summary>The parts of a relative path. A leading <c>./</c> and empty parts say nothing and are left out.</summary>
    /// <exception cref="ModelException">It leads out of its folder, or is no name on every system.</exception>
    public static string[] Parts(string path, string shown)
    {
        var isRooted = path.StartsWith('/') || (path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0]));
        var parts = path.Split('/').Where(part => part is not ("" or ".")).ToArray();
        if (isRooted || path.Length > MaxLength || parts.Contains("..") || path.Contains('\\', StringComparison.Ordinal) || path.Any(char.IsControl))
        {
            throw new ModelException($"{shown} holds '{Legible(path)}', which is no path inside a folder. Pack the model's folder again, with relative paths.");
        }
        return parts;
    }

    /// <summary>The place of a relative path under a folder.</summary>
    /// <exception cref="ModelException">It leads out of its folder, or is no name on every system.</exception>
    public static string Combine(string folder, string path, string shown) => Path.Combine([folder, .. Parts(path, shown)]);

    private static string Legible(string path)
    {
        var shortened = path.Length > 100 ? path[..100] + "…" : path;
        return string.Concat(shortened.Select(character => char.IsControl(character) ? '\uFFFD' : character));
    }
}
