using System.Net;
using System.Text.RegularExpressions;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Sources.Oci;

/// <summary>The address of an image or artifact in a registry.</summary>
/// <param name="Host">The registry, with its port where it has one of its own.</param>
/// <param name="Repository">The repository.</param>
/// <param name="Reference">A tag, or a digest where one is given.</param>
internal sealed partial record OciReference(string Host, string Repository, string Reference)
{
    private const string DockerHub = "docker.io";

    /// <summary>Whether the reference is a digest.</summary>
    public bool IsDigest => Reference.Contains(':', StringComparison.Ordinal);

    /// <summary>Where the registry is spoken to: over TLS, but on loopback, where nobody listens in.</summary>
    public Uri Registry => new($"{(IsLoopback ? "http" : "https")}://{(Host == DockerHub ? "registry-1.docker.io" : Host)}");

    private bool IsLoopback
    {
        get
        {
            var host = new Uri($"http://{Host}").Host.Trim('[', ']');
            return host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
        }
    }

    /// <summary>Reads <c>oci://registry/repository</c>, with <c>:tag</c> (<c>latest</c> where none is given) or <c>@sha256:…</c>.</summary>
    /// <exception cref="ModelException">Not such an address.</exception>
    public static OciReference Parse(string uri)
    {
        var match = Pattern().Match(SourceName.Rest(uri));
        if (!match.Success || !Uri.TryCreate($"http://{match.Groups["host"].Value}", UriKind.Absolute, out _))
        {
            throw new ModelException($"{SourceName.Show(uri)} is no address of an image. Write oci://registry/repository:tag, or …@sha256:<digest>; names have lower-case letters.");
        }
        var host = match.Groups["host"].Value;
        var name = match.Groups["name"].Value;
        var repository = host == DockerHub && !name.Contains('/', StringComparison.Ordinal) ? $"library/{name}" : name;
        var reference = match.Groups["digest"] is { Success: true } digest ? digest.Value : match.Groups["tag"] is { Success: true } tag ? tag.Value : "latest";
        return new OciReference(host, repository, reference);
    }

    public Uri Manifest(string reference) => new(Registry, $"/v2/{Repository}/manifests/{reference}");

    public Uri Blob(string digest) => new(Registry, $"/v2/{Repository}/blobs/{digest}");

    public override string ToString() => $"oci://{Host}/{Repository}{(IsDigest ? '@' : ':')}{Reference}";

    // The distribution specification's names and tags.
    [GeneratedRegex(
        @"^(?<host>[A-Za-z0-9._\-]+(:[0-9]+)?|\[[0-9a-fA-F:]+\](:[0-9]+)?)"
        + @"/(?<name>[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*)"
        + @"(:(?<tag>[a-zA-Z0-9_][a-zA-Z0-9._\-]{0,127}))?(@(?<digest>sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
