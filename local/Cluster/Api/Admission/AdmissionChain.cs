using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Admission;

/// <summary>All admission, one after the other, in upstream's order.</summary>
internal sealed class AdmissionChain(IReadOnlyList<IAdmission> plugins) : IAdmission
{
    public async ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        foreach (var plugin in plugins)
        {
            await plugin.AdmitAsync(request, cancellationToken);
        }
    }

    public async ValueTask AdmitDeleteAsync(ResourceDefinition definition, JsonObject value, DeleteRequest request, CancellationToken cancellationToken)
    {
        foreach (var plugin in plugins)
        {
            await plugin.AdmitDeleteAsync(definition, value, request, cancellationToken);
        }
    }

    public async ValueTask<IDisposable?> ReserveAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        foreach (var plugin in plugins)
        {
            if (await plugin.ReserveAsync(request, cancellationToken) is { } reservation)
            {
                return reservation;
            }
        }

        return null;
    }
}
