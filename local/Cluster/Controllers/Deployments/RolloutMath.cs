using System.Globalization;
using k8s.Models;

namespace Scalelab.Cluster.Controllers.Deployments;

/// <summary>How many replicas a rollout may have and must keep. Pure.</summary>
internal static class RolloutMath
{
    public static bool IsRolling(V1Deployment deployment) => deployment.Spec.Strategy?.Type is null or "RollingUpdate";

    public static int Replicas(V1Deployment deployment) => deployment.Spec.Replicas ?? 1;

    /// <summary>How many pods there may be beyond the wanted number; percentages round up.</summary>
    public static int MaxSurge(V1Deployment deployment) => IsRolling(deployment) ? Fenceposts(deployment).Surge : 0;

    /// <summary>How many of the wanted pods may be missing; percentages round down. Where surge is zero as well, one may be.</summary>
    public static int MaxUnavailable(V1Deployment deployment) =>
        !IsRolling(deployment) || Replicas(deployment) == 0 ? 0 : Math.Min(Fenceposts(deployment).Unavailable, Replicas(deployment));

    /// <summary>How large the new ReplicaSet may be now.</summary>
    public static int NewSize(V1Deployment deployment, IEnumerable<V1ReplicaSet> all, int newReplicas)
    {
        if (!IsRolling(deployment))
        {
            return Replicas(deployment);
        }

        var room = Replicas(deployment) + MaxSurge(deployment) - all.Sum(set => set.Spec.Replicas ?? 0);
        return room <= 0 ? newReplicas : newReplicas + Math.Min(room, Replicas(deployment) - newReplicas);
    }

    /// <summary>The share of one ReplicaSet when a Deployment is scaled in the middle of a rollout.</summary>
    /// <param name="maximumBefore">The most pods that there might have been when the ReplicaSet got its present size.</param>
    public static int ProportionalChange(V1Deployment deployment, int replicas, int maximumBefore, int remaining)
    {
        var share = Replicas(deployment) == 0 ? -replicas
            : maximumBefore == 0 ? 0
            : (int)Math.Round((double)replicas * (Replicas(deployment) + MaxSurge(deployment)) / maximumBefore, MidpointRounding.AwayFromZero) - replicas;
        return remaining > 0 ? Math.Min(share, remaining) : Math.Max(share, remaining);
    }

    private static (int Surge, int Unavailable) Fenceposts(V1Deployment deployment)
    {
        var rolling = deployment.Spec.Strategy?.RollingUpdate;
        var surge = Resolve(rolling?.MaxSurge, Replicas(deployment), up: true);
        var unavailable = Resolve(rolling?.MaxUnavailable, Replicas(deployment), up: false);
        return (surge, surge == 0 && unavailable == 0 ? 1 : unavailable);
    }

    private static int Resolve(IntOrString? value, int of, bool up)
    {
        var text = value?.Value ?? "25%";
        if (!text.EndsWith('%'))
        {
            return int.Parse(text, CultureInfo.InvariantCulture);
        }

        var share = int.Parse(text.AsSpan()[..^1], CultureInfo.InvariantCulture) * (long)of;
        return (int)(up ? (share + 99) / 100 : share / 100);
    }
}
