using System.Globalization;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Sources;

/// <summary>Reads the addresses of models, and shows them without what only their owner may know.</summary>
internal static class SourceName
{
    private const string Separator = "://";

    /// <summary>The part before <c>://</c>; empty where there is none.</summary>
    public static string Scheme(string uri)
    {
        var end = uri.IndexOf(Separator, StringComparison.Ordinal);
        return end > 0 ? uri[..end] : "";
    }

    /// <summary>What follows <c>://</c>.</summary>
    public static string Rest(string uri) => uri[(uri.IndexOf(Separator, StringComparison.Ordinal) + Separator.Length)..];

    /// <summary>For logs and errors: without a user's password, and without the query, which signs addresses that were shared.</summary>
    public static string Show(string uri)
    {
        var end = uri.IndexOfAny(['?', '#']);
        var shown = end < 0 ? uri : uri[..end];
        var scheme = Scheme(shown);
        if (scheme.Length == 0)
        {
            return $"'{shown}'";
        }
        var rest = Rest(shown);
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? rest : rest[..slash];
        // OCI's addresses have an @ further on, before the digest.
        return $"{scheme}{Separator}{authority[(authority.LastIndexOf('@') + 1)..]}{(slash < 0 ? "" : rest[slash..])}";
    }

    /// <exception cref="ModelException">Not an absolute path of this machine.</exception>
    public static string LocalPath(string uri)
    {
        var rest = Rest(uri);
        var path = rest.StartsWith("localhost/", StringComparison.OrdinalIgnoreCase) ? rest["localhost".Length..] : rest;
        var local = path.Contains('%', StringComparison.Ordinal) ? Uri.UnescapeDataString(path) : path;
        // file:///C:/folder
        local = OperatingSystem.IsWindows() ? local.TrimStart('/') : local;
        return Path.IsPathFullyQualified(local) && !Climbs(local) && !local.Contains('\0', StringComparison.Ordinal)
            ? Path.GetFullPath(local)
            : throw new ModelException($"{uri} is not an absolute path without '..'. Write file:// and the path from the root: file:///models/wine.");
    }

    /// <summary>Whether a path leads up, written out or escaped: what a server allows by the beginnings of addresses would say nothing then.</summary>
    public static bool Climbs(string path) => Uri.UnescapeDataString(path).Split('/', '\\').Contains("..");

    /// <summary>A number of bytes for people.</summary>
    public static string Size(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.0} MiB"),
        >= 1L << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 10):0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
    };
}
