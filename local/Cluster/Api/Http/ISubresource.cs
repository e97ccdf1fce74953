namespace Scalelab.Cluster.Api.Http;

/// <summary>A resource or subresource with behaviour of its own, e.g. <c>pods/log</c>.</summary>
internal interface ISubresource
{
    Task HandleAsync(ResourceRequest request);
}
