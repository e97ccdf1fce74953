using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http;

namespace Scalelab.Cluster.Api.Discovery;

/// <summary>Empty documents, for a server without a generator.</summary>
internal sealed class NoOpenApi : IOpenApiSource
{
    public Task WriteV2Async(HttpContext context) => WriteAsync(context, new JsonObject
    {
        ["swagger"] = "2.0",
        ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = VersionDocument.GitVersion },
        ["paths"] = new JsonObject(),
        ["definitions"] = new JsonObject(),
    });

    public Task WriteV3IndexAsync(HttpContext context) => WriteAsync(context, new JsonObject { ["paths"] = new JsonObject() });

    public Task WriteV3Async(HttpContext context, string path) => throw ApiErrors.NoSuchResource();

    private static Task WriteAsync(HttpContext context, JsonObject document) =>
        Answer.BytesAsync(context, 200, System.Text.Encoding.UTF8.GetBytes(document.ToJsonString()), MediaType.Json);
}
