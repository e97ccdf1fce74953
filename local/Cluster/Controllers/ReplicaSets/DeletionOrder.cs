using System.Globalization;
using k8s.Models;

namespace Scalelab.Cluster.Controllers.ReplicaSets;

/// <summary>
/// Which pods go first when there are too many: not placed before placed, pending before running, unready before ready, low deletion cost
/// before high, crowded nodes before empty ones, young before old (by powers of two), often restarted before seldom. Kubernetes' order.
/// </summary>
/// <param name="crowd">How many related pods a pod's node has.</param>
internal sealed class DeletionOrder(Func<V1Pod, int> crowd, DateTimeOffset now) : IComparer<V1Pod>
{
    private const string CostAnnotation = "controller.kubernetes.io/pod-deletion-cost";

    public int Compare(V1Pod? x, V1Pod? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return FirstDifference(
            () => IsPlaced(x).CompareTo(IsPlaced(y)),
            () => Phase(x).CompareTo(Phase(y)),
            () => x.IsReady().CompareTo(y.IsReady()),
            () => Cost(x).CompareTo(Cost(y)),
            () => crowd(y).CompareTo(crowd(x)),
            () => x.IsReady() && y.IsReady() ? Age(x.ReadyCondition()?.LastTransitionTime).CompareTo(Age(y.ReadyCondition()?.LastTransitionTime)) : 0,
            () => Restarts(y).CompareTo(Restarts(x)),
            () => Age(x.Metadata.CreationTimestamp).CompareTo(Age(y.Metadata.CreationTimestamp)),
            () => string.CompareOrdinal(x.Metadata.Uid, y.Metadata.Uid));
    }

    private static int FirstDifference(params ReadOnlySpan<Func<int>> comparisons)
    {
        foreach (var compare in comparisons)
        {
            if (compare() is not 0 and var difference)
            {
                return difference;
            }
        }

        return 0;
    }

    private static bool IsPlaced(V1Pod pod) => pod.Spec.NodeName is { Length: > 0 };

    private static int Phase(V1Pod pod) => pod.Status?.Phase switch { "Pending" => 0, "Running" => 2, _ => 1 };

    private static int Cost(V1Pod pod) =>
        pod.Metadata.Annotations?.TryGetValue(CostAnnotation, out var text) == true
        && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var cost) ? cost : 0;

    private static int Restarts(V1Pod pod) => pod.Status?.ContainerStatuses?.Select(status => status.RestartCount).DefaultIfEmpty().Max() ?? 0;

    /// <summary>The age's order of magnitude, so that nearly equal ages do not always hit the youngest.</summary>
    private int Age(DateTime? since) => since is { } time && now - PodFilters.Utc(time) is { Ticks: > 0 } age ? (int)Math.Log2(age.Ticks * 100d) : -1;
}
