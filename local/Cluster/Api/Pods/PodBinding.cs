using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Pods;

/// <summary><c>pods/binding</c>, or <c>bindings</c> with the pod's name in the body: a scheduler assigns a pod to a node, once.</summary>
internal sealed class PodBinding() : PodAction(Definition)
{
    /// <summary>What discovery lists of the second form.</summary>
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Binding",
        Plural = "bindings",
        Singular = "binding",
        Verbs = ["create"],
        ModelType = typeof(V1Binding),
    };

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

    protected override Task PerformAsync(ResourceRequest request, JsonObject value, WriteRequest write)
    {
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

        var pod = request.Path.Name.Length > 0 ? request.Path.Name : value.Name();
        return BindAsync(request.Service, request.Path.Namespace!, pod, target.Text("name")!, write, request.Cancellation);
    }

    private static void SetScheduled(JsonObject pod, DateTimeOffset now)
    {
        StatusConditions.Put(
            pod, new JsonObject { ["type"] = "PodScheduled", ["status"] = "True", ["lastProbeTime"] = null, ["lastTransitionTime"] = ResourceService.Format(now) });
    }

    private static ApiException Conflict(string name, string problem) => ApiErrors.Of(
        409, "Conflict", $"Operation cannot be fulfilled on pods/binding \"{name}\": {problem}", new V1StatusDetails { Name = name, Kind = "pods/binding" });
}
