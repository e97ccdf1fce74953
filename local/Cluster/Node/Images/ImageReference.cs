using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Node.Images;

/// <summary>
/// The name of an image, split as the grammar of github.com/distribution/reference has it: host, repository, tag and digest.
/// A name without a host is one of Docker Hub, a name without tag and digest means <c>latest</c>.
/// </summary>
internal sealed partial record ImageReference(string Host, string Repository, string? Tag, string? Digest)
{
    private const string DefaultHost = "docker.io";

    /// <summary>What goes into a manifest's URL: the digest where there is one, else the tag.</summary>
    public string ManifestName => Digest ?? Tag ?? "latest";

    /// <summary>Host and repository, without tag and digest.</summary>
    public string Name => $"{Host}/{Repository}";

    /// <summary>Where the registry answers. A registry on this machine speaks plain HTTP, every other one HTTPS.</summary>
    public Uri RegistryAddress => new(
        Host == DefaultHost ? "https://registry-1.docker.io" : IsLoopback(Host) ? $"http://{Host}" : $"https://{Host}");

    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        var match = Grammar().Match(text);
        if (!match.Success || text.Length > 512)
        {
            return false;
        }

        var name = match.Groups["name"].Value;
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : name[..slash];
        var named = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost";
        var host = named ? first : DefaultHost;
        var repository = named ? name[(slash + 1)..] : name;
        if (host == DefaultHost && !repository.Contains('/', StringComparison.Ordinal))
        {
            repository = "library/" + repository;
        }

        if (!Path().IsMatch(repository) || (named && !HostName().IsMatch(host)))
        {
            return false;
        }

        var tag = match.Groups["tag"] is { Success: true } tagged ? tagged.Value : null;
        var digest = match.Groups["digest"] is { Success: true } pinned ? pinned.Value : null;
        reference = new ImageReference(host, repository, tag ?? (digest is null ? "latest" : null), digest);
        return true;
    }

    public override string ToString() => Name + (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    private static bool IsLoopback(string host)
    {
        var name = new Uri($"http://{host}").Host.Trim('[', ']');
        return name == "localhost" || (System.Net.IPAddress.TryParse(name, out var address) && System.Net.IPAddress.IsLoopback(address));
    }

    [GeneratedRegex(@"^(?<name>[^@]+?)(:(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(@(?<digest>sha256:[0-9a-f]{64}))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Grammar();

    [GeneratedRegex(@"^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Path();

    [GeneratedRegex(@"^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*)(:[0-9]{1,5})?$", RegexOptions.ExplicitCapture)]
    private static partial Regex HostName();
}
