using k8s;
using k8s.Models;

namespace Scalelab.Programs.Tests.Support;

/// <summary>A node whose pods run as soon as they are bound to it and end as soon as they are deleted. No process is behind them.</summary>
internal sealed class PretendKubelet(IKubernetes client) : IAsyncDisposable
{
    private const string Node = "pretended";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var resources = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("64"), ["memory"] = new("256Gi"), ["pods"] = new("500") };
        await client.CoreV1.CreateNodeAsync(new V1Node { Metadata = new V1ObjectMeta { Name = Node } }, cancellationToken: cancellationToken);
        var node = await client.CoreV1.ReadNodeAsync(Node, cancellationToken: cancellationToken);
        node.Metadata.ResourceVersion = null; // The node controller writes to it, too.
        node.Status = new V1NodeStatus
        {
            Allocatable = resources,
            Capacity = resources,
            Conditions = [new V1NodeCondition { Type = "Ready", Status = "True", Reason = "KubeletReady", LastHeartbeatTime = Now, LastTransitionTime = Now }],
        };
        await client.CoreV1.ReplaceNodeStatusAsync(node, Node, cancellationToken: cancellationToken);
        _running = RunAsync(_stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private static DateTime Now => TimeProvider.System.GetUtcNow().UtcDateTime;

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var address = 1;
        try
        {
            while (true)
            {
                foreach (var pod in (await client.CoreV1.ListPodForAllNamespacesAsync(fieldSelector: $"spec.nodeName={Node}", cancellationToken: cancellationToken)).Items)
                {
                    await SettleAsync(pod, $"192.0.2.{(address++ % 250) + 1}", cancellationToken);
                }

                await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The tests are over.
        }
    }

    private async Task SettleAsync(V1Pod pod, string address, CancellationToken cancellationToken)
    {
        try
        {
            if (pod.Metadata.DeletionTimestamp is not null)
            {
                await client.CoreV1.DeleteNamespacedPodAsync(pod.Name(), pod.Namespace(), gracePeriodSeconds: 0, cancellationToken: cancellationToken);
            }
            else if (pod.Status.Phase == "Pending")
            {
                pod.Status = Running(pod, address);
                await client.CoreV1.ReplaceNamespacedPodStatusAsync(pod, pod.Name(), pod.Namespace(), cancellationToken: cancellationToken);
            }
        }
        catch (k8s.Autorest.HttpOperationException e) when (e.Response.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Conflict)
        {
            // It changed meanwhile: the next look sees how.
        }
    }

    private static V1PodStatus Running(V1Pod pod, string address) => new()
    {
        Phase = "Running",
        PodIP = address,
        PodIPs = [new V1PodIP { Ip = address }],
        StartTime = Now,
        Conditions = [.. new[] { "Initialized", "Ready", "ContainersReady", "PodScheduled" }.Select(type => new V1PodCondition { Type = type, Status = "True", LastTransitionTime = Now })],
        ContainerStatuses =
        [
            .. pod.Spec.Containers.Select(container => new V1ContainerStatus
            {
                Name = container.Name,
                Image = container.Image,
                ImageID = "",
                Ready = true,
                Started = true,
                State = new V1ContainerState { Running = new V1ContainerStateRunning { StartedAt = Now } },
            }),
        ],
    };
}
