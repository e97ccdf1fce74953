namespace Scalelab.Infra.Settings;

/// <summary>How a Service is reached from outside the cluster.</summary>
internal enum ServiceType
{
    /// <summary>On one port of every node.</summary>
    NodePort,

    /// <summary>At an address of its own.</summary>
    LoadBalancer,
}
