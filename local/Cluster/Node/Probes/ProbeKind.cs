namespace Scalelab.Cluster.Node.Probes;

internal enum ProbeKind
{
    Startup,
    Readiness,
    Liveness,
}
