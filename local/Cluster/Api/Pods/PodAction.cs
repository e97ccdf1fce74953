using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Pods;

/// <summary>A subresource of pods that is posted to and does something, with a Status as its answer.</summary>
/// <param name="body">What is posted.</param>
internal abstract class PodAction(ResourceDefinition body) : ISubresource
{
    public async Task HandleAsync(ResourceRequest request)
    {
        if (request.Http.Request.Method != "POST")
        {
            throw ApiErrors.MethodNotAllowed();
        }

        var media = MediaType.Negotiate(request.Http.Request, watchable: false, shapes: false);
        var write = WriteOptionsReader.Read(request, "CreateOptions");
        var value = await WriteHandler.ReadBodyAsync(request, body, write);
        WriteHandler.CheckNamespace(request, value);
        await PerformAsync(request, value, write);
        var answer = new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = StatusCodes.Status201Created };
        await Answer.JsonAsync(request.Http, StatusCodes.Status201Created, answer, media);
    }

    protected abstract Task PerformAsync(ResourceRequest request, JsonObject value, WriteRequest write);
}
