using Scalelab.Cluster;
using Scalelab.Registry;

namespace Scalelab.Cli.Daemon;

/// <summary>Which sources a daemon was built from, as a text to compare.</summary>
internal static class DaemonBuild
{
    /// <summary>The build of this process. Builds are deterministic: the same sources give the same text.</summary>
    public static string Current { get; } = string.Join(
        '/',
        new[] { typeof(DaemonBuild), typeof(RegistryServer), typeof(ClusterServer) }.Select(type => type.Module.ModuleVersionId.ToString("N")[..8]));
}
