using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Http;

/// <summary>Where a list in pages goes on: the revision that the first page was read at, and the last object given.</summary>
/// <param name="Revision">-1 for a token that goes on at the present state, after the first one expired.</param>
internal sealed record ContinueToken(long Revision, ObjectName After)
{
    private const string Version = "meta.k8s.io/v1";
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /// <summary>The token for clients.</summary>
    /// <param name="namespaceName">What is listed: one namespace, in which a name says enough, or (null) everything.</param>
    public string In(string? namespaceName)
    {
        var key = namespaceName is not null || After.Namespace.Length == 0 ? After.Name : $"{After.Namespace}/{After.Name}";
        var json = new JsonObject { ["v"] = Version, ["rv"] = Revision, ["start"] = key + "\0" };
        return Encode(json.ToJsonString());
    }

    /// <exception cref="ApiException">400: not a token of ours.</exception>
    public static ContinueToken Parse(string text, string? namespaceName)
    {
        var json = Read(text);
        if (json.Text("v") is var version && version != Version)
        {
            throw Invalid($": server does not recognize this encoded version {version}");
        }

        if (json.Number("rv") is null or 0)
        {
            throw Invalid($": incorrect encoded start resourceVersion (version {Version})");
        }

        if (json.Text("start") is not { Length: > 0 } start)
        {
            throw Invalid($": encoded start key empty (version {Version})");
        }

        var parts = start.TrimStart('/').TrimEnd('\0').Split('/');
        if (parts.Length > 2 || parts.Any(part => part is "" or "." or ".."))
        {
            throw Invalid($": {start}");
        }

        return new ContinueToken(json.Number("rv")!.Value, parts.Length > 1 ? new ObjectName(parts[0], parts[1]) : new ObjectName(namespaceName ?? "", parts[0]));
    }

    private static JsonObject Read(string text)
    {
        // Without padding, one character alone is too few for a byte.
        var bad = text.TakeWhile(Alphabet.Contains).Count();
        if (bad < text.Length || text.Length % 4 == 1)
        {
            throw Invalid(string.Create(CultureInfo.InvariantCulture, $": illegal base64 data at input byte {(bad < text.Length ? bad : text.Length - 1)}"));
        }

        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(text);
        if (GoJsonScanner.FirstError(bytes) is { } problem)
        {
            throw Invalid(": " + problem);
        }

        return JsonNode.Parse(bytes) as JsonObject ?? [];
    }

    private static string Encode(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static ApiException Invalid(string problem) => ApiErrors.BadRequest("invalid continue token: continue key is not valid" + problem);
}
