using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Http;

/// <summary>Where a list in pages goes on: the revision that the first page was read at, and the last object given.</summary>
/// <param name="Revision">-1 for a token that goes on at the present state, after the first one expired.</param>
internal sealed record ContinueToken(long Revision, ObjectName After)
{
    private const string Version = "meta.k8s.io/v1";

    public override string ToString()
    {
        var key = After.Namespace.Length == 0 ? After.Name : $"{After.Namespace}/{After.Name}";
        var json = new JsonObject { ["v"] = Version, ["rv"] = Revision, ["start"] = key + "\0" };
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    /// <exception cref="ApiException">400: not a token of ours.</exception>
    public static ContinueToken Parse(string text)
    {
        try
        {
            var json = JsonNode.Parse(Base64Url.DecodeFromChars(text)) as JsonObject;
            if (json.Text("v") == Version && json.Number("rv") is { } revision && json.Text("start") is { Length: > 0 } start)
            {
                var parts = start.TrimEnd('\0').Split('/');
                return new ContinueToken(revision, parts.Length > 1 ? new ObjectName(parts[0], parts[1]) : new ObjectName("", parts[0]));
            }
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            throw ApiErrors.BadRequest("continue key is not valid: illegal base64 data or encoding");
        }

        throw ApiErrors.BadRequest("continue key is not valid: server does not recognize this encoded version");
    }
}
