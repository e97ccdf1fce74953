using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Pods;

/// <summary>How long a pod may take to end.</summary>
internal static class PodDeletion
{
    private const long DefaultSeconds = 30;

    /// <summary>What the client asks for, else what the pod says; nothing for a pod that no node has or that has ended.</summary>
    public static long GracePeriod(JsonObject pod, long? requested)
    {
        var spec = pod.Object("spec");
        if (spec.Text("nodeName") is not { Length: > 0 } || pod.Object("status").Text("phase") is "Failed" or "Succeeded")
        {
            return 0;
        }

        var period = requested ?? spec.Number("terminationGracePeriodSeconds") ?? DefaultSeconds;

        // A negative period is taken for the shortest that is still graceful.
        return period < 0 ? 1 : period;
    }
}
