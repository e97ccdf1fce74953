using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Registry.Content;

namespace Scalelab.Registry.Http;

/// <summary>The answers that several endpoints give.</summary>
internal static class RegistryResults
{
    // Media types are full of '+', which the default encoder, made for text inside HTML, would write as an escape.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IResult Json(JsonNode json, string contentType = "application/json") => TypedResults.Text(ToText(json), contentType);

    public static string ToText(JsonNode json) => json.ToJsonString(Plain);

    public static IResult Error(ErrorCode error, string message)
    {
        var body = new JsonObject
        {
            ["errors"] = new JsonArray(new JsonObject { ["code"] = error.Code, ["message"] = message }),
        };
        return TypedResults.Text(ToText(body), "application/json", statusCode: error.Status);
    }

    public static Digest ParseDigest(string? text) =>
        Digest.TryParse(text, out var digest)
            ? digest
            : throw new RegistryException(ErrorCode.DigestInvalid, $"'{text}' is not a digest: sha256 or sha512, a colon, and the hash in lower-case hexadecimal");
}
