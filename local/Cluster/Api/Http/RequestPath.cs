namespace Scalelab.Cluster.Api.Http;

/// <summary>A path under /api or /apis taken apart, e.g. <c>/apis/apps/v1/namespaces/default/deployments/web/scale</c>.</summary>
internal sealed record RequestPath
{
    public required string Group { get; init; }

    public required string Version { get; init; }

    /// <summary>True for the deprecated <c>/watch/</c> form.</summary>
    public bool Watch { get; init; }

    public string? Namespace { get; init; }

    /// <summary>Empty when the path ends with the version.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Empty for a collection.</summary>
    public string Name { get; init; } = "";

    public string Subresource { get; init; } = "";

    /// <summary>What follows the subresource (proxies only), or null.</summary>
    public string? Rest { get; init; }

    /// <summary>Null when the path names no group version.</summary>
    public static RequestPath? Parse(string path)
    {
        // A slash at the end changes nothing; an empty part in the middle names nothing that exists.
        var parts = path.TrimEnd('/').Split('/');
        var (group, versionIndex) = parts.Length > 1 && parts[1] == "api" ? ("", 2) : parts.Length > 2 && parts[1] == "apis" ? (parts[2], 3) : (null, 0);
        if (group is null || parts.Length <= versionIndex)
        {
            return null;
        }

        var result = new RequestPath { Group = group, Version = parts[versionIndex] };
        var rest = parts.AsSpan(versionIndex + 1);
        if (rest.Length > 0 && rest[0] == "watch")
        {
            result = result with { Watch = true };
            rest = rest[1..];
        }

        if (rest.Length > 1 && rest[0] == "namespaces" && group.Length == 0 && (rest.Length == 2 || (rest.Length == 3 && rest[2] is "status" or "finalize")))
        {
            return result with { Resource = "namespaces", Name = Uri.UnescapeDataString(rest[1]), Subresource = rest.Length == 3 ? rest[2] : "" };
        }

        if (rest.Length > 2 && rest[0] == "namespaces")
        {
            result = result with { Namespace = Uri.UnescapeDataString(rest[1]) };
            rest = rest[2..];
        }

        return result with
        {
            // A part that is empty but followed by others names a resource that does not exist.
            Resource = rest.Length == 0 ? "" : rest[0].Length == 0 ? "/" : rest[0],
            Name = rest.Length > 1 ? Uri.UnescapeDataString(rest[1]) : "",
            Subresource = rest.Length > 2 ? rest[2] : "",
            Rest = rest.Length > 3 ? string.Join('/', rest[3..]!) : null,
        };
    }
}
