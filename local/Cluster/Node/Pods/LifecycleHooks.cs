using k8s.Models;
using Scalelab.Cluster.Node.Probes;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>Runs postStart and preStop hooks: a command, an HTTP request or a pause.</summary>
internal static class LifecycleHooks
{
    /// <summary>What went wrong; null when nothing did.</summary>
    public static async Task<string?> RunAsync(NodeContext node, V1LifecycleHandler hook, ProbeTarget target, CancellationToken cancellationToken)
    {
        try
        {
            if (hook.Exec is { } exec)
            {
                var result = await node.Runtime.ExecAsync(target.Launch, target.MapCommand([.. exec.Command]), cancellationToken);
                return result.ExitCode == 0 ? null
                    : $"command '{string.Join(' ', exec.Command)}' exited with {result.ExitCode}: {result.Output}";
            }

            if (hook.HttpGet is { } http)
            {
                await node.CallHook(http, target, cancellationToken);
            }
            else if (hook.Sleep is { } sleep)
            {
                await Task.Delay(TimeSpan.FromSeconds(sleep.Seconds), node.Time, cancellationToken);
            }

            return null;
        }
        catch (Exception exception) when (exception is StartException or HttpRequestException)
        {
            return exception.Message;
        }
    }
}
