using Scalelab.Cluster.Controllers.HorizontalPodAutoscalers;
using Scalelab.Cluster.Controllers.NodeLifecycle;

namespace Scalelab.Cluster;

/// <summary>How a cluster is set up. Every server listens on loopback only.</summary>
public sealed record ClusterOptions
{
    /// <summary>The folder for everything the cluster keeps: store, keys and certificates. Created with access for the owner alone.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where the administrator's kubeconfig is written (mode 0600) when the API answers.</summary>
    public required string KubeconfigPath { get; init; }

    /// <summary>The folder for unpacked images, pod folders and logs of the nodes.</summary>
    public required string NodesFolder { get; init; }

    /// <summary>The port of the Kubernetes API on 127.0.0.1; 0 takes a free one. 6443 by default.</summary>
    public int ApiPort { get; init; } = 6443;

    /// <summary>The number of nodes, named node-0, node-1, …; 0 starts none. 3 by default.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>False starts the API alone, without controllers, scheduler, nodes and service proxy. True by default.</summary>
    public bool RunControllers { get; init; } = true;

    /// <summary>
    /// False acknowledges writes before they are on disk: faster, and a crash of the machine may lose the last ones. True by default.
    /// </summary>
    public bool SyncWrites { get; init; } = true;

    /// <summary>The addresses of services, kube-apiserver's <c>--service-cluster-ip-range</c>.</summary>
    public string ServiceClusterIPRange { get; init; } = "127.96.0.0/16";

    /// <summary>The ingress addresses of LoadBalancer services.</summary>
    public string LoadBalancerRange { get; init; } = "127.97.0.0/16";

    /// <summary>The first and last node port, kube-apiserver's <c>--service-node-port-range</c>.</summary>
    public (int First, int Last) ServiceNodePortRange { get; init; } = (30000, 32767);

    /// <summary>The first two bytes of the pods' addresses; a pod on the n-th node gets <c>127.10.n.x</c> by default.</summary>
    public string PodNetwork { get; init; } = "127.10";

    /// <summary>The horizontal pod autoscaler's settings.</summary>
    public AutoscalerOptions Autoscaler { get; init; } = new();

    /// <summary>The node lifecycle controller's settings.</summary>
    public NodeLifecycleOptions NodeLifecycle { get; init; } = new();

    /// <summary>The time between two samples of what the containers use, metrics-server's <c>--metric-resolution</c>. 15 s by default.</summary>
    public TimeSpan MetricResolution { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>When unused images are removed.</summary>
    public ImageGcOptions ImageGC { get; init; } = new();

    /// <summary>What each node declares as its CPU capacity, in cores. Null: as many as the machine has, and at least two.</summary>
    public int? NodeCpus { get; init; }

    /// <summary>What each node declares as its memory capacity, in bytes. Null: the machine's memory, divided by the number of nodes.</summary>
    public long? NodeMemory { get; init; }
}
