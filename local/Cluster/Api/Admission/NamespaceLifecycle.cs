using System.Text.Json.Nodes;
using k8s.Models;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Admission;

/// <summary>Nothing is created in a namespace that is missing or on its way out; the namespaces that the cluster needs stay.</summary>
internal sealed class NamespaceLifecycle(ObjectStore store) : IAdmission
{
    private static readonly string[] Immortal = ["default", "kube-system", "kube-public", "kube-node-lease"];

    public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Old is not null || !request.Definition.Namespaced)
        {
            return ValueTask.CompletedTask;
        }

        var name = request.Namespace ?? "";
        var stored = store.Latest.Get(new ResourceKey("namespaces", "", name)) ?? throw ApiErrors.NotFound("", "namespaces", name);
        if (ObjectJson.Parse(stored).Metadata()["deletionTimestamp"] is not null)
        {
            var error = ApiErrors.Forbidden(
                request.Definition, request.Value.Name(), $"unable to create new content in namespace {name} because it is being terminated");
            error.Status.Details.Causes =
                [new V1StatusCause { Reason = "NamespaceTerminating", Message = $"namespace {name} is being terminated", Field = "metadata.namespace" }];
            throw error;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask AdmitDeleteAsync(ResourceDefinition definition, JsonObject value, DeleteRequest request, CancellationToken cancellationToken)
    {
        if (definition is { Group: "", Plural: "namespaces" } && Immortal.Contains(value.Name()))
        {
            throw ApiErrors.Forbidden(definition, value.Name(), "this namespace may not be deleted");
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IDisposable?> ReserveAsync(AdmissionRequest request, CancellationToken cancellationToken) => ValueTask.FromResult<IDisposable?>(null);
}
