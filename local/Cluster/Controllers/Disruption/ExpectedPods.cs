using System.Globalization;
using k8s.Models;

namespace Scalelab.Cluster.Controllers.Disruption;

/// <summary>How many pods a budget counts on, and how many of them must stay healthy.</summary>
/// <param name="Expected">The pods that there should be.</param>
/// <param name="DesiredHealthy">How many of them the budget wants healthy.</param>
/// <param name="Unmanaged">Pods that nobody manages, where the numbers of the managers are what counts.</param>
internal sealed record ExpectedPods(int Expected, int DesiredHealthy, IReadOnlyList<V1Pod> Unmanaged)
{
    /// <summary>The rules of kube-controller-manager's disruption controller; percentages round up.</summary>
    /// <param name="scaleOf">The size that a pod's manager asks for, by the uid of whoever has that size; null where a manager has none.</param>
    /// <exception cref="ExpectedPodsException">A pod's manager has no size.</exception>
    public static ExpectedPods Of(V1PodDisruptionBudget budget, IReadOnlyCollection<V1Pod> pods, Func<V1Pod, (string Uid, int Scale)?> scaleOf)
    {
        if (budget.Spec.MaxUnavailable is { } unavailable)
        {
            var (expected, unmanaged) = Scale(pods, scaleOf);
            return new ExpectedPods(expected, Math.Max(0, expected - Resolve(unavailable, expected)), unmanaged);
        }

        if (budget.Spec.MinAvailable is not { } available)
        {
            return new ExpectedPods(0, 0, []);
        }

        if (!available.Value.EndsWith('%'))
        {
            return new ExpectedPods(pods.Count, int.Parse(available.Value, CultureInfo.InvariantCulture), []);
        }

        var (all, loose) = Scale(pods, scaleOf);
        return new ExpectedPods(all, Resolve(available, all), loose);
    }

    private static (int Expected, IReadOnlyList<V1Pod> Unmanaged) Scale(IReadOnlyCollection<V1Pod> pods, Func<V1Pod, (string Uid, int Scale)?> scaleOf)
    {
        var (scales, unmanaged) = (new Dictionary<string, int>(StringComparer.Ordinal), new List<V1Pod>());
        foreach (var pod in pods)
        {
            if (PodFilters.ControllerOf(pod) is null)
            {
                unmanaged.Add(pod);
            }
            else if (scaleOf(pod) is { } scale)
            {
                scales[scale.Uid] = scale.Scale;
            }
            else
            {
                throw new ExpectedPodsException($"found no controllers for pod \"{pod.Metadata.Name}\"");
            }
        }

        return (scales.Values.Sum(), unmanaged);
    }

    private static int Resolve(IntOrString value, int of) => value.Value.EndsWith('%')
        ? (int)(((int.Parse(value.Value.AsSpan()[..^1], CultureInfo.InvariantCulture) * (long)of) + 99) / 100)
        : int.Parse(value.Value, CultureInfo.InvariantCulture);
}

/// <summary>The number of expected pods cannot be told; the message has upstream's words.</summary>
internal sealed class ExpectedPodsException(string message) : Exception(message);
