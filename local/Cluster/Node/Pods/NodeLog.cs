using Microsoft.Extensions.Logging;

namespace Scalelab.Cluster.Node.Pods;

internal static partial class NodeLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Starting container {Container} of pod {Namespace}/{Pod} failed unexpectedly.")]
    public static partial void LogErrorStarting(this ILogger logger, Exception exception, string @namespace, string pod, string container);

    [LoggerMessage(Level = LogLevel.Information, Message = "The preStop hook of container {Container} of pod {Namespace}/{Pod} took longer than the grace period.")]
    public static partial void LogHookTimeout(this ILogger logger, string @namespace, string pod, string container);

    [LoggerMessage(Level = LogLevel.Error, Message = "The worker of pod {Namespace}/{Pod} stumbled; it goes on.")]
    public static partial void LogWorkerError(this ILogger logger, Exception exception, string @namespace, string pod);
}
