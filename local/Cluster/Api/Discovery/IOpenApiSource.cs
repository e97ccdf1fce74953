using Microsoft.AspNetCore.Http;

namespace Scalelab.Cluster.Api.Discovery;

/// <summary>Serves the OpenAPI documents; made when first asked for, so that they cost nothing at start.</summary>
public interface IOpenApiSource
{
    /// <summary><c>/openapi/v2</c>, JSON or protobuf as accepted.</summary>
    Task WriteV2Async(HttpContext context);

    /// <summary><c>/openapi/v3</c>: the list of documents.</summary>
    Task WriteV3IndexAsync(HttpContext context);

    /// <summary><c>/openapi/v3/api/v1</c>, <c>/openapi/v3/apis/apps/v1</c>, …</summary>
    /// <param name="path">What follows <c>/openapi/v3/</c>.</param>
    Task WriteV3Async(HttpContext context, string path);
}
