using k8s;
using k8s.Models;
using Scalelab.Engine.Providers.Kubernetes;

namespace Scalelab.Cli.Daemon;

/// <summary>
/// Whether the cluster's services have the ports of this machine that they ask for. A cluster of machines has its ports to itself; here,
/// another program may be listening already, and would answer in the service's place.
/// </summary>
internal static class ServicePorts
{
    // As the cluster's proxy reports it, each time it has tried again.
    private const string Reason = "FailedToListen";

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    // Timestamps of events are whole seconds.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    /// <exception cref="CliException">A service goes without a port; the message names both.</exception>
    public static async Task CheckAsync(LabHome home, TimeProvider time, CancellationToken cancellationToken)
    {
        using var client = new Kubernetes(KubeconfigReader.ReadFile(home.Kubeconfig));
        var now = time.GetUtcNow();
        if (!(await FailuresAsync(client, now - RetryInterval - Slack, cancellationToken).ConfigureAwait(false)).Any())
        {
            return;
        }

        // The port may have become free meanwhile: only what fails once more is a failure.
        await Task.Delay(RetryInterval + Slack, time, cancellationToken).ConfigureAwait(false);
        var failures = await FailuresAsync(client, now, cancellationToken).ConfigureAwait(false);
        if (failures.Count > 0)
        {
            throw new CliException(string.Join('\n', failures) + "\nStop the program that listens there, or change the port in the stack's file.");
        }
    }

    private static async Task<IReadOnlyList<string>> FailuresAsync(Kubernetes client, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var events = await client.CoreV1.ListEventForAllNamespacesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        return [.. events.Items
            .Where(item => item.Reason == Reason && LastSeen(item) >= since)
            .Select(item => $"Service {item.InvolvedObject.NamespaceProperty}/{item.InvolvedObject.Name}: {item.Message}")
            .Distinct()];
    }

    private static DateTime? LastSeen(Corev1Event item) => item.Series?.LastObservedTime ?? item.LastTimestamp ?? item.EventTime;
}
