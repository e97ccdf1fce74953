using System.Security.Cryptography;
using System.Text;

namespace Scalelab.ModelServer.Models.Sources;

/// <summary>Names of folders in the cache: the same for the same content, whatever address it came from where digests are known.</summary>
internal static class CacheKey
{
    // Part of every key: what is placed differently from the same files must not be found by an older server.
    private const string Form = "1";

    /// <summary>The key of a model of which every file's version is known; null otherwise.</summary>
    public static string? Of(IReadOnlyList<RemoteFile> files) => files.All(file => file.Version is not null)
        ? Hash(string.Join('\n', files.Select(file => $"{file.Path}\t{file.Packing}\t{file.Version}")))
        : null;

    /// <summary>The key of a file by its SHA-256.</summary>
    public static string OfContent(string sha256) => Hash($"content\t{sha256}");

    /// <summary>The key under which a model is worked on whose files tell no version.</summary>
    public static string OfUnversioned(string uri) => Hash($"unversioned\t{uri}");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Form}\n{text}")));
}
