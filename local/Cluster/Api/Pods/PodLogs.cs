using System.Globalization;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Node;

namespace Scalelab.Cluster.Api.Pods;

/// <summary><c>pods/log</c>: what a container prints, from the node that runs it.</summary>
internal sealed class PodLogs : ISubresource
{
    /// <summary>The nodes; null while there are none.</summary>
    public INodeLogs? Node { get; set; }

    public async Task HandleAsync(ResourceRequest request)
    {
        if (request.Http.Request.Method != "GET")
        {
            throw ApiErrors.MethodNotAllowed();
        }

        var definition = request.Service.Catalog.Current.Of(typeof(V1Pod));
        var pod = ModelJson.Read<V1Pod>(request.Service.Get(definition, request.Path.Namespace, request.Path.Name).Json.Span);
        var options = Options(request, pod);
        if (pod.Spec.NodeName is not { Length: > 0 } || Node is null)
        {
            // The log of a pod that no node has is empty, not an error.
            request.Http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        request.Http.Response.ContentType = "text/plain";
        await Node.CopyLogsAsync(pod, options, request.Http.Response.Body, request.Cancellation);
    }

    private static PodLogOptions Options(ResourceRequest request, V1Pod pod)
    {
        var query = request.Http.Request.Query;
        var errors = new FieldErrors();
        var (tail, limit, since) = (ListOptions.Number(query, "tailLines"), ListOptions.Number(query, "limitBytes"), ListOptions.Number(query, "sinceSeconds"));
        if (tail < 0)
        {
            errors.Invalid("tailLines", tail, "must be greater than or equal to 0");
        }

        if (limit < 1)
        {
            errors.Invalid("limitBytes", limit, "must be greater than 0");
        }

        if (since < 1)
        {
            errors.Invalid("sinceSeconds", since, "must be greater than 0");
        }

        if (errors.Any)
        {
            throw ApiErrors.Invalid("", "PodLogOptions", request.Path.Name, errors);
        }

        var sinceTime = DateTimeOffset.TryParse(query["sinceTime"].ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : (DateTimeOffset?)null;
        return new PodLogOptions
        {
            Container = PodContainers.Choose(pod, query["container"].ToString()),
            Follow = ListOptions.Flag(query, "follow") == true,
            Previous = ListOptions.Flag(query, "previous") == true,
            Timestamps = ListOptions.Flag(query, "timestamps") == true,
            TailLines = tail,
            LimitBytes = limit,
            Since = since is { } seconds ? request.Now.AddSeconds(-seconds) : sinceTime,
            Stream = query["stream"].ToString() is { Length: > 0 } stream ? stream : null,
        };
    }
}
