using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Selectors;
using Scalelab.Cluster.Controllers;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Metrics;

/// <summary>
/// Answers for metrics.k8s.io. The stored nodes and pods say what exists and what a selector means; those that have not been measured yet are left
/// out, and asking for one of them by name is a 404, as with metrics-server.
/// </summary>
/// <param name="definition">Nodes or pods.</param>
internal sealed class MetricsApi(ResourceDefinition definition, UsageStore usage) : ISubresource
{
    private bool IsOfPods => definition.Namespaced;

    public Task HandleAsync(ResourceRequest request)
    {
        if (request.Path.Namespace is not null && !IsOfPods)
        {
            throw ApiErrors.NoSuchResource();
        }

        if (request.Http.Request.Method != "GET")
        {
            throw ApiErrors.MethodNotAllowed();
        }

        return request.Path.Name.Length == 0 ? ListAsync(request) : GetAsync(request);
    }

    private Task ListAsync(ResourceRequest request)
    {
        var media = MediaType.Negotiate(request.Http.Request, watchable: false, shapes: true);
        var options = ListOptions.Parse(request.Http.Request.Query, request.Path.Watch);
        if (options.Watch)
        {
            throw ApiErrors.MethodNotSupported(definition, "watch");
        }

        var measured = Measured(request);
        var filter = new ResourceFilter(measured, request.Path.Namespace, LabelSelector.Parse(options.LabelSelector), FieldSelector.Parse(options.FieldSelector, measured));
        var items = filter.List(request.Service.Store.State).Select(item => Describe(ResourceService.Load(measured, item), request.Now)).OfType<JsonObject>();
        return Answer.ListAsync(request.Http, definition, items, [], media, request.Now);
    }

    private Task GetAsync(ResourceRequest request)
    {
        var media = MediaType.Negotiate(request.Http.Request, watchable: false, shapes: true);
        var name = request.Path.Name;

        // The names that metrics-server's own errors have: no group, and one node but several pods.
        var error = ApiErrors.NotFound("", IsOfPods ? "pods" : "node", name);
        if (IsOfPods && request.Path.Namespace is null)
        {
            throw ApiErrors.NoSuchResource();
        }

        var measured = Measured(request);
        var item = Find(request, measured) ?? throw error;
        var value = Describe(ResourceService.Load(measured, item), request.Now) ?? throw error;
        return Answer.ObjectAsync(request.Http, 200, definition, new Outcome(value), media, request.Now);
    }

    private static StoredObject? Find(ResourceRequest request, ResourceDefinition measured) =>
        request.Service.Store.State.Get(new ResourceKey(ResourceService.StoreResource(measured), request.Path.Namespace ?? "", request.Path.Name));

    private ResourceDefinition Measured(ResourceRequest request) => request.Service.Catalog.Current.Of(IsOfPods ? typeof(V1Pod) : typeof(V1Node));

    private JsonObject? Describe(JsonObject value, DateTimeOffset now)
    {
        if (!IsOfPods)
        {
            return usage.OfNode(value.Name()) is { } node ? MetricsJson.Of(value, node, now) : null;
        }

        var metadata = value.Metadata();
        return usage.Find(new ObjectKey(metadata.Text("namespace"), value.Name())) is { } pod && pod.Uid == metadata.Text("uid") ? MetricsJson.Of(value, pod, now) : null;
    }
}
