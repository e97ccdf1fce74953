using Scalelab.Registry.Content;

namespace Scalelab.Registry.Http;

/// <summary>What a path below <c>/v2/</c> names. A repository's name holds slashes itself, so the path is read from its end.</summary>
internal sealed record Route(RouteKind Kind, RepositoryName Repository = default, string Argument = "")
{
    /// <exception cref="RegistryException">NAME_INVALID, or a 404 for a path that the specification does not have.</exception>
    public static Route Parse(string path)
    {
        var parts = path.Split('/');
        return parts switch
        {
            ["", "v2"] or ["", "v2", ""] => new Route(RouteKind.Version),
            ["", "v2", "_catalog"] => new Route(RouteKind.Catalog),
            ["", "v2", .. var name, "tags", "list"] => new Route(RouteKind.Tags, Name(name)),
            ["", "v2", .. var name, "blobs", "uploads"] => new Route(RouteKind.Uploads, Name(name)),
            ["", "v2", .. var name, "blobs", "uploads", ""] => new Route(RouteKind.Uploads, Name(name)),
            ["", "v2", .. var name, "blobs", "uploads", var id] => new Route(RouteKind.Upload, Name(name), id),
            ["", "v2", .. var name, "blobs", var digest] => new Route(RouteKind.Blob, Name(name), digest),
            ["", "v2", .. var name, "manifests", var reference] => new Route(RouteKind.Manifest, Name(name), reference),
            ["", "v2", .. var name, "referrers", var digest] => new Route(RouteKind.Referrers, Name(name), digest),
            _ => throw new RegistryException(ErrorCode.NotFound, $"the distribution API has no path '{path}'"),
        };
    }

    private static RepositoryName Name(string[] parts)
    {
        var text = string.Join('/', parts);
        return RepositoryName.TryParse(text, out var name)
            ? name
            : throw new RegistryException(ErrorCode.NameInvalid,
                $"'{text}' is not a repository name: lower-case letters and digits, separated by '.', '_', '__' or '-', in parts separated by '/', 255 at most");
    }
}
