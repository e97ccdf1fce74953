namespace Scalelab.Cluster.Node.Pods;

/// <summary>A container that cannot be started as it is specified; the message is for its status and an event.</summary>
/// <param name="reason">The reason of its waiting state.</param>
internal sealed class ContainerConfigException(string reason, string message) : Exception(message)
{
    public const string ConfigError = "CreateContainerConfigError";
    public const string CreateError = "CreateContainerError";

    public string Reason { get; } = reason;
}
