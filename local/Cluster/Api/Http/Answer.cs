using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http.Protobuf;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Http;

/// <summary>Writing of answers: stored bytes as they are wherever nothing has to be converted.</summary>
internal static class Answer
{
    public static Task BytesAsync(HttpContext context, int status, ReadOnlyMemory<byte> body, string contentType)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        if (body.Length >= Compression.Threshold && Compression.Start(context) is { } compression)
        {
            return compression.WriteAllAsync(body, context.RequestAborted);
        }

        context.Response.ContentLength = body.Length;
        return context.Response.BodyWriter.WriteAsync(body, context.RequestAborted).AsTask();
    }

    public static Task TextAsync(HttpContext context, int status, string text, string contentType = "text/plain; charset=utf-8") =>
        BytesAsync(context, status, Encoding.UTF8.GetBytes(text), contentType);

    /// <summary>An answer that is made for this request: a Status, a Table, a discovery document.</summary>
    public static Task JsonAsync(HttpContext context, int status, JsonObject value, MediaType media)
    {
        if (media.IsProtobuf && ProtobufBody.Knows(value.Text("apiVersion") ?? "", value.Text("kind") ?? ""))
        {
            return BytesAsync(context, status, ProtobufBody.WriteObject(value), MediaType.Protobuf);
        }

        var bytes = media.IsYaml
            ? Encoding.UTF8.GetBytes(YamlWriter.Write(value))
            : IsPretty(context) ? PrettyBytes(value) : ObjectJson.Serialize(value);
        return BytesAsync(context, status, bytes, media.ContentType);
    }

    /// <summary>One object, in the shape asked for.</summary>
    public static Task ObjectAsync(HttpContext context, int status, ResourceDefinition definition, Outcome outcome, MediaType media, DateTimeOffset now)
    {
        if (media.IsPlainJson && outcome.Stored is { } stored && IsAsStored(definition, stored) && !IsPretty(context))
        {
            return BytesAsync(context, status, stored.Json, MediaType.Json);
        }

        var shaped = outcome.Stored is null ? definition : ShapedAs(context, definition, media);
        var value = outcome.Stored is { } item ? ResourceService.Load(shaped, item) : outcome.ToJson();
        return JsonAsync(context, status, Shape(context, shaped, value, media, now), media);
    }

    /// <summary>A collection, in the shape asked for.</summary>
    public static Task ListAsync(HttpContext context, ResourceDefinition definition, IReadOnlyCollection<StoredObject> items, JsonObject metadata, MediaType media, DateTimeOffset now)
    {
        if (definition.IsCustom && media.Shape == AnswerShape.Object && !metadata.ContainsKey("continue"))
        {
            // Lists without a type of their own say even that they are whole.
            metadata["continue"] = "";
        }

        if (media.IsPlainJson && !IsPretty(context))
        {
            return ListBytesAsync(context, definition, items, metadata);
        }

        var shaped = ShapedAs(context, definition, media);
        return ListAsync(context, shaped, items.Select(item => ResourceService.Load(shaped, item)), metadata, media, now);
    }

    /// <summary>A collection that is made for this request, in the shape asked for.</summary>
    public static Task ListAsync(HttpContext context, ResourceDefinition definition, IEnumerable<JsonObject> objects, JsonObject metadata, MediaType media, DateTimeOffset now)
    {
        var value = media.Shape switch
        {
            AnswerShape.Table => Tables.Of(definition, objects, metadata, IncludeObject(context), withColumns: true, now, media.ShapeVersion),
            AnswerShape.PartialObjectMetadata => new JsonObject
            {
                ["kind"] = "PartialObjectMetadataList",
                ["apiVersion"] = "meta.k8s.io/" + media.ShapeVersion,
                ["metadata"] = metadata,
                ["items"] = new JsonArray([.. objects.Select(item => Tables.Partial(item, media.ShapeVersion))]),
            },
            _ => new JsonObject
            {
                ["kind"] = definition.ListKind,
                ["apiVersion"] = definition.ApiVersion,
                ["metadata"] = metadata,
                ["items"] = new JsonArray([.. objects.Select(item => WithoutType(definition, item))]),
            },
        };
        return JsonAsync(context, 200, value, media);
    }

    /// <exception cref="ApiException">400.</exception>
    public static string IncludeObject(HttpContext context) => context.Request.Query["includeObject"].ToString() switch
    {
        "" => "Metadata",
        "Metadata" or "Object" or "None" => context.Request.Query["includeObject"].ToString(),
        var other => throw ApiErrors.BadRequest($"Unable to convert to Table as requested: includeObject: Invalid value: \"{other}\": must be 'Metadata', 'Object', 'None', or empty"),
    };

    /// <summary>The definition by which objects are read for an answer: where they are not shown themselves, the stored version's.</summary>
    public static ResourceDefinition ShapedAs(HttpContext context, ResourceDefinition definition, MediaType media) =>
        media.Shape == AnswerShape.Object || (media.Shape == AnswerShape.Table && IncludeObject(context) == "Object") ? definition : definition.Inner ?? definition;

    public static JsonObject Shape(HttpContext context, ResourceDefinition definition, JsonObject value, MediaType media, DateTimeOffset now) => media.Shape switch
    {
        AnswerShape.Table => Tables.Of(definition, [value], TableMetadata(value), IncludeObject(context), withColumns: true, now, media.ShapeVersion),
        AnswerShape.PartialObjectMetadata => Tables.Partial(value, media.ShapeVersion),
        _ => value,
    };

    public static JsonObject TableMetadata(JsonObject value) =>
        value.Metadata().Text("resourceVersion") is { } version ? new JsonObject { ["resourceVersion"] = version } : [];

    /// <summary>True where the stored bytes are in the version that was asked for.</summary>
    public static bool IsAsStored(ResourceDefinition definition, StoredObject item) => definition.FromStorage is null || item.Json.Span.StartsWith(TypePrefix(definition));

    private static async Task ListBytesAsync(HttpContext context, ResourceDefinition definition, IReadOnlyCollection<StoredObject> items, JsonObject metadata)
    {
        var head = Encoding.UTF8.GetBytes(
            $$"""{"kind":"{{definition.ListKind}}","apiVersion":"{{definition.ApiVersion}}","metadata":{{metadata.ToJsonString()}},"items":[""");
        var prefix = TypePrefix(definition);
        var isTyped = definition.ModelType is not null;
        var response = context.Response;
        response.StatusCode = 200;
        response.ContentType = MediaType.Json;
        if (definition.FromStorage is null)
        {
            // Nothing is converted, so the length is known: no chunks.
            response.ContentLength = head.Length + "]}".Length + Math.Max(0, items.Count - 1)
                + items.Sum(item => (long)item.Json.Length - (isTyped && item.Json.Span.StartsWith(prefix) ? prefix.Length - 1 : 0));
        }

        var isLarge = response.ContentLength >= Compression.Threshold;
        await using var compression = isLarge ? Compression.Start(context) : null;
        var writer = compression?.Writer ?? response.BodyWriter;
        writer.Write(head);
        var (first, unflushed) = (true, 0);
        foreach (var item in items)
        {
            if (!first)
            {
                writer.Write(","u8);
            }

            first = false;
            var json = IsAsStored(definition, item) ? item.Json : ObjectJson.Serialize(ResourceService.Load(definition, item));
            if (isTyped && json.Span.StartsWith(prefix))
            {
                // Items of a typed list do not repeat their type.
                writer.Write("{"u8);
                json = json[prefix.Length..];
            }

            writer.Write(json.Span);
            unflushed += json.Length;
            if (unflushed > 64 * 1024)
            {
                await writer.FlushAsync(context.RequestAborted);
                unflushed = 0;
            }
        }

        writer.Write("]}"u8);
        await writer.FlushAsync(context.RequestAborted);
    }

    private static JsonObject WithoutType(ResourceDefinition definition, JsonObject value)
    {
        if (definition.ModelType is not null)
        {
            value.Remove("kind");
            value.Remove("apiVersion");
        }

        return value;
    }

    private static byte[] TypePrefix(ResourceDefinition definition) =>
        Encoding.UTF8.GetBytes($$"""{"kind":"{{definition.Kind}}","apiVersion":"{{definition.ApiVersion}}",""");

    private static bool IsPretty(HttpContext context)
    {
        if (context.Request.QueryString.HasValue && ListOptions.Flag(context.Request.Query, "pretty") is { } asked)
        {
            return asked;
        }

        // Upstream's courtesy to people who look at it by hand.
        var agent = context.Request.Headers.UserAgent.ToString();
        return agent.StartsWith("curl", StringComparison.Ordinal) || agent.StartsWith("Wget", StringComparison.Ordinal) || agent.StartsWith("Mozilla/5.0", StringComparison.Ordinal);
    }

    private static byte[] PrettyBytes(JsonObject value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            value.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
