using System.Text.RegularExpressions;

namespace Scalelab.Engine.Providers.Docker;

/// <summary>An image's name: registry, repository, and tag or digest. Names without a registry are Docker Hub's.</summary>
/// <param name="Registry">Host, with its port if it has one of its own.</param>
/// <param name="Repository">Path in the registry.</param>
/// <param name="Tag">Null where there is none.</param>
/// <param name="Digest"><c>sha256:…</c>; null where there is none.</param>
/// <param name="IsComplete">Whether the registry was named.</param>
internal sealed partial record ImageName(string Registry, string Repository, string? Tag, string? Digest, bool IsComplete)
{
    public const string DockerHub = "docker.io";

    /// <summary>Under which name Docker keeps the credentials for its hub.</summary>
    public const string DockerHubServer = "https://index.docker.io/v1/";

    /// <summary>Registry and repository, without tag and digest.</summary>
    public string WithoutTag => $"{Registry}/{Repository}";

    /// <summary>Reads a name by the rules of docker's references; null when it is none.</summary>
    public static ImageName? Parse(string text)
    {
        if (Pattern().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var (name, tag, digest) = (match.Groups["name"].Value, Value("tag"), Value("digest"));
        var parts = name.Split('/', 2);
        var isComplete = parts.Length == 2 && (parts[0].AsSpan().IndexOfAny('.', ':') >= 0 || parts[0] == "localhost" || parts[0].Any(char.IsAsciiLetterUpper));
        var (registry, path) = isComplete ? (parts[0], parts[1]) : (DockerHub, name);
        if (registry is "index.docker.io")
        {
            registry = DockerHub;
        }

        if (registry == DockerHub && !path.Contains('/', StringComparison.Ordinal))
        {
            path = $"library/{path}";
        }

        return RepositoryPattern().IsMatch(path) ? new ImageName(registry, path, tag, digest, isComplete) : null;

        string? Value(string group) => match.Groups[group] is { Success: true, Value: var value } ? value : null;
    }

    /// <summary>The name under which Docker keeps credentials for a registry.</summary>
    /// <param name="server">A host or the address of one.</param>
    public static string ServerOf(string server)
    {
        var host = HostOf(server);
        return host is DockerHub or "index.docker.io" or "registry-1.docker.io" ? DockerHubServer : host;
    }

    /// <summary>The host in an address that may have a scheme and a path.</summary>
    public static string HostOf(string address)
    {
        var separator = address.IndexOf("://", StringComparison.Ordinal);
        var host = separator < 0 ? address : address[(separator + "://".Length)..];
        return host.Split('/', 2)[0];
    }

    [GeneratedRegex(@"^(?<name>[a-zA-Z0-9][a-zA-Z0-9._/-]*(:[0-9]+/[a-zA-Z0-9._/-]+)?)(:(?<tag>[\w][\w.-]{0,127}))?(@(?<digest>sha256:[0-9a-f]{64}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$", RegexOptions.CultureInvariant)]
    private static partial Regex RepositoryPattern();
}
