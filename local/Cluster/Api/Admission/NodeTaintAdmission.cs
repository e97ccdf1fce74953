using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Admission;

/// <summary>A new node takes no pods until it is seen to be ready (upstream's TaintNodesByCondition).</summary>
internal sealed class NodeTaintAdmission : IAdmission
{
    private const string NotReady = "node.kubernetes.io/not-ready";

    public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request is { Old: null, Definition: { Group: "", Plural: "nodes" } })
        {
            if (request.Value["spec"] is not JsonObject spec)
            {
                spec = [];
                request.Value["spec"] = spec;
            }

            var taints = spec.Array("taints") ?? [];
            if (!taints.Any(taint => taint.Text("key") == NotReady && taint.Text("effect") == "NoSchedule"))
            {
                spec["taints"] = new JsonArray([.. taints.Select(taint => taint?.DeepClone()), new JsonObject { ["key"] = NotReady, ["effect"] = "NoSchedule" }]);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask AdmitDeleteAsync(ResourceDefinition definition, JsonObject value, DeleteRequest request, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<IDisposable?> ReserveAsync(AdmissionRequest request, CancellationToken cancellationToken) => ValueTask.FromResult<IDisposable?>(null);
}
