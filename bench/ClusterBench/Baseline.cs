namespace Scalelab.ClusterBench;

/// <summary>
/// What a real Kubernetes 1.36 (etcd unsynced, kube-apiserver, kube-controller-manager, kube-scheduler, kubelet, kube-proxy and containerd) did on two
/// shared cores. Ratios to it mean something between machines, times do not.
/// </summary>
internal static class Baseline
{
    public const double ReadySeconds = 3.26;
    public const double NodeReadySeconds = 7.63;
    public const double IdleMebibytes = 709.2;
    public const double LoadedMebibytes = 964.0;
    public const double IdlePercent = 6.41;
    public const double CreatedPerSecond = 1082;
    public const double TwentyReadySeconds = 4.68;

    /// <summary>Requests per second and the time that 99 of 100 answers keep below, in milliseconds.</summary>
    public static readonly IReadOnlyDictionary<(string What, int Connections), (double PerSecond, double P99)> Requests = new Dictionary<(string, int), (double, double)>
    {
        [("GET one ConfigMap", 1)] = (654, 5.03),
        [("GET one ConfigMap", 8)] = (2074, 14.94),
        [("GET one ConfigMap", 32)] = (2453, 37.88),
        [("LIST 500 ConfigMaps", 1)] = (143, 14.95),
        [("LIST 500 ConfigMaps", 8)] = (239, 84.23),
        [("LIST 500 ConfigMaps", 32)] = (267, 295.13),
        [("LIST 5000 ConfigMaps", 1)] = (17, 102.53),
        [("LIST 5000 ConfigMaps", 8)] = (26, 546.26),
        [("LIST 5000 ConfigMaps", 32)] = (28, 1670),
        [("PATCH one ConfigMap", 1)] = (227, 11.36),
        [("PATCH one ConfigMap", 8)] = (274, 136.65),
        [("PATCH one ConfigMap", 32)] = (119, 1140),
        [("POST ConfigMap", 1)] = (239, 11.49),
        [("POST ConfigMap", 8)] = (944, 27.51),
        [("POST ConfigMap", 32)] = (1224, 66.34),
    };

    /// <summary>Updates per second and delays in milliseconds with 500 watchers, by the number of writers.</summary>
    public static readonly IReadOnlyDictionary<int, (double PerSecond, double P50, double P99)> Watches = new Dictionary<int, (double, double, double)>
    {
        [1] = (49, 27.56, 57.88),
        [4] = (46, 80.9, 354.2),
    };
}
