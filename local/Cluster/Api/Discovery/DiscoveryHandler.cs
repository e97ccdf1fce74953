using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Discovery;

/// <summary>What is not a resource: the lists of groups, versions and resources, the version, the health, OpenAPI.</summary>
internal sealed class DiscoveryHandler(ApiCatalog catalog, ObjectStore store, IOpenApiSource openApi, Func<bool> isReady)
{
    private readonly DiscoveryDocuments _documents = new(catalog);

    public Task HandleAsync(HttpContext context, string path, RequestPath? parsed)
    {
        var trimmed = path.Length > 1 ? path.TrimEnd('/') : path;
        if (Respond(context, trimmed, parsed) is not { } answer)
        {
            return NotFoundAsync(context, parsed);
        }

        var asks = context.Request.Method == "GET" || (context.Request.Method == "POST" && HealthDocument.Find(trimmed) is not null);
        return asks ? answer() : throw ApiErrors.MethodNotAllowed();
    }

    /// <summary>Upstream's router answers a path in no known group with a text, one in a known group with a Status.</summary>
    public Task NotFoundAsync(HttpContext context, RequestPath? path)
    {
        var known = path is not null && (path.Group.Length == 0 || catalog.Current.GroupVersions.Any(version => version.Group == path.Group));
        return known ? throw ApiErrors.NoSuchResource() : Answer.TextAsync(context, 404, "404 page not found\n");
    }

    private Func<Task>? Respond(HttpContext context, string path, RequestPath? parsed)
    {
        switch (path)
        {
            case "/":
                return () => Json(context, _documents.Root());
            case "/version":
                return () => Json(context, VersionDocument.Create());
            case "/api" or "/apis":
                return () => GroupsAsync(context, path);
            case "/metrics":
                return () => MetricsDocument.WriteAsync(context, catalog, store.State);
            case "/openapi/v2":
                return () => openApi.WriteV2Async(context);
            case "/openapi/v3":
                return () => openApi.WriteV3IndexAsync(context);
        }

        if (path.StartsWith("/openapi/v3/", StringComparison.Ordinal))
        {
            return () => openApi.WriteV3Async(context, path["/openapi/v3/".Length..]);
        }

        if (HealthDocument.Find(path) is { } check)
        {
            return () => HealthDocument.WriteAsync(context, check, isReady());
        }

        if (parsed is null)
        {
            var parts = path.Split('/');
            return parts.Length == 3 && parts[1] == "apis" && _documents.Group(parts[2]) is { } group ? () => Json(context, group) : null;
        }

        return _documents.Resources(parsed.Group, parsed.Version) is { } resources ? () => Json(context, resources) : null;
    }

    private Task GroupsAsync(HttpContext context, string path)
    {
        var clauses = MediaType.Parse(context.Request.Headers.Accept.ToString());
        var aggregated = clauses.FirstOrDefault(clause => clause.Parameter("as") is null || (clause.Parameter("g") == "apidiscovery.k8s.io" && clause.Parameter("v") == "v2")) is { } chosen
            && chosen.Parameter("as") == "APIGroupDiscoveryList";
        if (!aggregated)
        {
            return Json(context, path == "/api" ? DiscoveryDocuments.CoreVersions(context) : _documents.Groups());
        }

        var (bytes, tag) = _documents.Aggregated(core: path == "/api");
        context.Response.Headers.Vary = "Accept";
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch.ToString() == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return Answer.BytesAsync(context, 200, bytes, DiscoveryDocuments.AggregatedType);
    }

    private static Task Json(HttpContext context, JsonObject value) =>
        Answer.BytesAsync(context, 200, Encoding.UTF8.GetBytes(value.ToJsonString()), MediaType.Json);
}
