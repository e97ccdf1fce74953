using System.Security.Cryptography;
using System.Text;

namespace Scalelab.Infra.Components;

/// <summary>
/// Names content: the same files give the same hash on every machine. Sorted relative paths and the files' bytes decide; absolute paths,
/// times and permissions do not.
/// </summary>
internal static class ContentHash
{
    // Sixty bits: no course ever builds enough images for two to meet, and a tag stays readable.
    private const int Length = 15;

    private static readonly string[] BuildOutputs = ["bin", "obj"];

    /// <param name="parts">Files and folders, each below a name of its own. Build outputs in folders are left out.</param>
    /// <returns>Lower-case hexadecimal digits.</returns>
    /// <exception cref="FileNotFoundException">A part does not exist.</exception>
    public static string Of(params (string Name, string Path)[] parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, path) in parts.SelectMany(Files).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0"));
            using var file = File.OpenRead(path);
            hash.AppendData(SHA256.HashData(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Length];
    }

    private static IEnumerable<(string Name, string Path)> Files((string Name, string Path) part)
    {
        if (!Directory.Exists(part.Path))
        {
            return [part];
        }

        return Directory.EnumerateFiles(part.Path, "*", SearchOption.AllDirectories)
            .Select(path => (Relative: Path.GetRelativePath(part.Path, path).Replace('\\', '/'), path))
            .Where(file => !BuildOutputs.Contains(file.Relative.Split('/')[0]))
            .Select(file => ($"{part.Name}/{file.Relative}", file.path));
    }
}
