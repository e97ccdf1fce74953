using System.Text.Json.Nodes;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Pods;

/// <summary><c>pods/binding</c>: a scheduler assigns a pod to a node, once.</summary>
internal sealed class PodBinding : ISubresource
{
    private static readonly ResourceDefinition BindingDefinition = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Binding",
        Plural = "bindings",
        Singular = "binding",
        ModelType = typeof(V1Binding),
    };

    public async Task HandleAsync(ResourceRequest request)
    {
        if (request.Http.Request.Method != "POST")
        {
            throw ApiErrors.MethodNotAllowed();
        }

        var media = MediaType.Negotiate(request.Http.Request, watchable: false, shapes: false);
        var write = WriteOptionsReader.Read(request, "CreateOptions");
        var value = await WriteHandler.ReadBodyAsync(request, BindingDefinition, write);
        var target = value.Object("target");
        var errors = new FieldErrors();
        if (target.Text("kind") is { Length: > 0 } kind && kind is not ("Node" or "Minion"))
        {
            errors.NotSupported("target.kind", kind, ["Node", "<empty>"]);
        }

        if (target.Text("name") is not { Length: > 0 })
        {
            errors.Required("target.name");
        }

        if (errors.Any)
        {
            throw ApiErrors.Invalid("", "Binding", value.Name(), errors);
        }

        await BindAsync(request.Service, request.Path.Namespace!, request.Path.Name, target.Text("name")!, write, request.Cancellation);
        var answer = new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = "Success", ["code"] = StatusCodes.Status201Created };
        await Answer.JsonAsync(request.Http, StatusCodes.Status201Created, answer, media);
    }

    /// <exception cref="ApiException">404; 409 when the pod has a node already, or is on its way out.</exception>
    public static Task BindAsync(ResourceService service, string namespaceName, string podName, string nodeName, WriteRequest write, CancellationToken cancellationToken)
    {
        var definition = service.Catalog.Current.Of(typeof(V1Pod));
        return service.UpdateAsync(
            definition,
            namespaceName,
            podName,
            live =>
            {
                if (live is null)
                {
                    throw ApiErrors.NotFound(definition, podName);
                }

                var spec = live.Object("spec")!;
                if (live.Metadata()["deletionTimestamp"] is not null)
                {
                    throw Conflict(podName, $"pod {podName} is being deleted, cannot be assigned to a host");
                }

                if (spec.Text("nodeName") is { Length: > 0 } assigned)
                {
                    throw Conflict(podName, $"pod {podName} is already assigned to node \"{assigned}\"");
                }

                if (spec.Array("schedulingGates") is { Count: > 0 })
                {
                    throw Conflict(podName, $"pod {podName} has non-empty .spec.schedulingGates");
                }

                spec["nodeName"] = nodeName;
                SetScheduled(live, service.Time.GetUtcNow());
                return live;
            },
            write with { Subresource = "binding" },
            cancellationToken);
    }

    private static void SetScheduled(JsonObject pod, DateTimeOffset now)
    {
        if (pod["status"] is not JsonObject status)
        {
            status = [];
            pod["status"] = status;
        }

        if (status["conditions"] is not JsonArray conditions)
        {
            conditions = [];
            status["conditions"] = conditions;
        }

        var condition = new JsonObject { ["type"] = "PodScheduled", ["status"] = "True", ["lastProbeTime"] = null, ["lastTransitionTime"] = ResourceService.Format(now) };
        var index = conditions.ToList().FindIndex(existing => existing.Text("type") == "PodScheduled");
        if (index < 0)
        {
            conditions.Add((JsonNode)condition);
        }
        else
        {
            conditions[index] = condition;
        }
    }

    private static ApiException Conflict(string name, string problem) => ApiErrors.Of(
        409, "Conflict", $"Operation cannot be fulfilled on pods/binding \"{name}\": {problem}", new V1StatusDetails { Name = name, Kind = "pods/binding" });
}
