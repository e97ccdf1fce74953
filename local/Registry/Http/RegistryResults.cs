using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Registry.Content;

namespace Scalelab.Registry.Http;

/// <summary>The answers that several endpoints give.</summary>
internal static class RegistryResults
{
    public static IResult Json(string json, string contentType = "application/json") => TypedResults.Text(json, contentType);

    public static IResult Error(ErrorCode error, string message)
    {
        var body = new JsonObject
        {
            ["errors"] = new JsonArray(new JsonObject { ["code"] = error.Code, ["message"] = message }),
        };
        return TypedResults.Text(body.ToJsonString(JsonSerializerOptions.Web), "application/json", statusCode: error.Status);
    }

    public static Digest ParseDigest(string? text) =>
        Digest.TryParse(text, out var digest)
            ? digest
            : throw new RegistryException(ErrorCode.DigestInvalid, $"'{text}' is not a digest: sha256 or sha512, a colon, and the hash in lower-case hexadecimal");
}
