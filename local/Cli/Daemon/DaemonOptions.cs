namespace Scalelab.Cli.Daemon;

/// <summary>What the daemon is started with.</summary>
internal sealed record DaemonOptions
{
    public const int DefaultRegistryPort = 5000;
    public const int DefaultSecurePort = 6443;
    public const string RegistryPortFlag = "--registry-port";
    public const string SecurePortFlag = "--secure-port";
    public const string UnsafeNoFsyncFlag = "--unsafe-no-fsync";

    /// <summary>The registry's port on 127.0.0.1; 0 for any free one.</summary>
    public int RegistryPort { get; init; } = DefaultRegistryPort;

    /// <summary>The Kubernetes API's port on 127.0.0.1; 0 for any free one.</summary>
    public int SecurePort { get; init; } = DefaultSecurePort;

    public ControllerSettings Controllers { get; init; } = new();

    /// <summary>Acknowledges writes to the cluster before they are on disk; a crash of the machine may lose the last ones. etcd's flag of that name.</summary>
    public bool UnsafeNoFsync { get; init; }
}
