using k8s.Models;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Pods;

/// <summary><c>pods/attach</c>: refused, saying why.</summary>
internal sealed class PodStreams : ISubresource
{
    public Task HandleAsync(ResourceRequest request)
    {
        var definition = request.Service.Catalog.Current.Of(typeof(V1Pod));
        var pod = ObjectJson.Parse(request.Service.Get(definition, request.Path.Namespace, request.Path.Name));
        throw ApiErrors.BadRequest(pod.Object("spec").Text("nodeName") is { Length: > 0 }
            ? $"{request.Path.Subresource} is not available: pods of this cluster are plain processes of this machine, reach them at their address {pod.Object("status").Text("podIP")}"
            : $"pod {request.Path.Name} does not have a host assigned");
    }
}
