using System.Buffers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http.Protobuf;

namespace Scalelab.Cluster.Api.Http;

/// <summary>Reading of request bodies, bounded.</summary>
internal static class RequestBody
{
    /// <summary>Upstream's limit for one request.</summary>
    public const int MaximumBytes = 3 * 1024 * 1024;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaximumBytes)
        {
            throw TooLarge();
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted);
            if (result.Buffer.Length > MaximumBytes)
            {
                throw TooLarge();
            }

            if (result.IsCompleted)
            {
                var bytes = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>The media type of the body; JSON when nothing is said.</summary>
    public static string TypeOf(HttpRequest request)
    {
        var type = request.ContentType ?? "";
        var end = type.IndexOf(';', StringComparison.Ordinal);
        type = (end < 0 ? type : type[..end]).Trim().ToLowerInvariant();
        return type.Length == 0 ? MediaType.Json : type;
    }

    /// <summary>An object in JSON, YAML or protobuf.</summary>
    /// <param name="kind">The kind that the messages name.</param>
    /// <exception cref="ApiException">400 or 415.</exception>
    public static async Task<JsonObject> ReadObjectAsync(HttpContext context, string kind, ICollection<string> duplicates)
    {
        var type = TypeOf(context.Request);
        var bytes = await ReadAsync(context);
        return type switch
        {
            MediaType.Json => GoJson.ParseObject(bytes, kind, duplicates),
            MediaType.Yaml => YamlReader.ReadObject(bytes, kind, duplicates),
            MediaType.Protobuf => ProtobufBody.ReadObject(bytes, kind),
            _ => throw ApiErrors.UnsupportedMediaType(),
        };
    }

    private static ApiException TooLarge() => ApiErrors.RequestEntityTooLarge("Request entity too large: limit is " + MaximumBytes.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
