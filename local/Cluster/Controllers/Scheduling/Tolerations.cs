using System.Globalization;
using k8s.Models;

namespace Scalelab.Cluster.Controllers.Scheduling;

/// <summary>Which taints a pod puts up with.</summary>
internal static class Tolerations
{
    public static bool Tolerates(V1Pod pod, V1Taint taint) => (pod.Spec.Tolerations ?? []).Any(toleration => Tolerates(toleration, taint));

    public static bool Tolerates(V1Toleration toleration, V1Taint taint) =>
        (toleration.Effect is null or "" || toleration.Effect == taint.Effect)
        && (toleration.Key is null or "" || toleration.Key == taint.Key)
        && toleration.OperatorProperty switch
        {
            "Exists" => true,
            null or "" or "Equal" => (toleration.Value ?? "") == (taint.Value ?? ""),
            "Lt" => Number(taint.Value) is { } value && Number(toleration.Value) is { } bound && value < bound,
            "Gt" => Number(taint.Value) is { } value && Number(toleration.Value) is { } bound && value > bound,
            _ => false,
        };

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
