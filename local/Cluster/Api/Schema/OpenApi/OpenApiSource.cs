using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Discovery;
using Scalelab.Cluster.Api.Http;

namespace Scalelab.Cluster.Api.Schema.OpenApi;

/// <summary>
/// The OpenAPI documents of what the catalog serves at present. A document is made when it is first asked for and kept until the
/// catalog changes; its hash is its entity tag, so that clients ask once.
/// </summary>
internal sealed class OpenApiSource(ApiCatalog catalog) : IOpenApiSource
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ConcurrentDictionary<(int Generation, string Path), Document> _documents = new();

    public Task WriteV2Async(HttpContext context)
    {
        var document = Get("v2", surface => V2(surface));
        context.Response.Headers.Vary = new string[] { "Accept-Encoding", "Accept" };
        return AsksForProtobuf(context)
            ? WriteAsync(context, Get("v2-protobuf", _ => OpenApiProtobuf.Write(JsonNode.Parse(document.Bytes)!.AsObject())), "application/com.github.proto-openapi.spec.v2.v1.0+protobuf")
            : WriteAsync(context, document, "application/json");
    }

    public Task WriteV3IndexAsync(HttpContext context)
    {
        var paths = new JsonObject();
        foreach (var path in Paths(catalog.Current))
        {
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={Get(path, surface => V3(surface, path)).Hash}" };
        }

        return Answer.TextAsync(context, StatusCodes.Status200OK, new JsonObject { ["paths"] = paths }.ToJsonString(Plain));
    }

    public Task WriteV3Async(HttpContext context, string path)
    {
        if (!Paths(catalog.Current).Contains(path))
        {
            throw ApiErrors.NoSuchResource();
        }

        return WriteAsync(context, Get(path, surface => V3(surface, path)), "application/json");
    }

    private static bool AsksForProtobuf(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("proto-openapi.spec.v2", StringComparison.Ordinal)
        && context.Request.Headers.Accept.ToString().Contains("protobuf", StringComparison.Ordinal);

    private static Task WriteAsync(HttpContext context, Document document, string contentType)
    {
        var tag = $"\"{document.Hash}\"";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch.ToString().Contains(document.Hash, StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return Answer.BytesAsync(context, StatusCodes.Status200OK, document.Bytes, contentType);
    }

    /// <summary>The group versions as the index names them: <c>api/v1</c>, <c>apis/apps/v1</c>.</summary>
    private static SortedSet<string> Paths(ApiSurface surface) => new(
        surface.GroupVersions.Select(version => version.Group.Length == 0 ? $"api/{version.Version}" : $"apis/{version.Group}/{version.Version}"), StringComparer.Ordinal);

    private static byte[] V3(ApiSurface surface, string path)
    {
        var schemas = new OpenApiSchemas(isV3: true);
        var paths = new OpenApiPaths(schemas, isV3: true);
        AddShared(schemas);
        foreach (var definition in surface.Definitions.Where(definition => path == (definition.Group.Length == 0 ? $"api/{definition.Version}" : $"apis/{definition.Group}/{definition.Version}")))
        {
            schemas.Add(definition);
            paths.Add(definition);
        }

        var components = schemas.ToJson();
        components.Add(Meta + "Patch", Patch());
        return Bytes(new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = Info(),
            ["paths"] = paths.ToJson(),
            ["components"] = new JsonObject { ["schemas"] = components },
        });
    }

    private static byte[] V2(ApiSurface surface)
    {
        var schemas = new OpenApiSchemas(isV3: false);
        var paths = new OpenApiPaths(schemas, isV3: false);
        AddShared(schemas);
        foreach (var definition in surface.Definitions)
        {
            schemas.Add(definition);
            paths.Add(definition);
        }

        var definitions = schemas.ToJson();
        definitions.Add(Meta + "Patch", Patch());
        return Bytes(new JsonObject { ["swagger"] = "2.0", ["info"] = Info(), ["paths"] = paths.ToJson(), ["definitions"] = definitions });
    }

    private static void AddShared(OpenApiSchemas schemas)
    {
        schemas.Add<V1Status>();
        schemas.Add<V1DeleteOptions>();
    }

    private static JsonObject Info() => new() { ["title"] = "Kubernetes", ["version"] = VersionDocument.GitVersion };

    private static JsonObject Patch() => new() { ["description"] = "Patch, in the form that its content type names.", ["type"] = "object" };

    private static byte[] Bytes(JsonObject document) => Encoding.UTF8.GetBytes(document.ToJsonString(Plain));

    private Document Get(string path, Func<ApiSurface, byte[]> make)
    {
        var surface = catalog.Current;
        foreach (var stale in _documents.Keys.Where(key => key.Generation != surface.Generation))
        {
            _documents.TryRemove(stale, out _);
        }

        return _documents.GetOrAdd((surface.Generation, path), _ => new Document(make(surface)));
    }

    private sealed class Document(byte[] bytes)
    {
        public byte[] Bytes { get; } = bytes;

        public string Hash { get; } = Convert.ToHexString(SHA512.HashData(bytes));
    }
}
