using System.Globalization;
using System.Threading.Channels;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers;

namespace Scalelab.Cluster.Tests.Lifecycles;

/// <summary>
/// A node on which nothing runs: its pods get the statuses of pods that start at once, become ready when the test says so, and end when they are
/// asked to. Images of <c>example.test</c> cannot be pulled.
/// </summary>
internal sealed class ScriptedNode(IApiClient client, TimeProvider time) : IAsyncDisposable
{
    public const string Name = "node1";

    private const string LeaseNamespace = "kube-node-lease";
    private static readonly TimeSpan HeartbeatPeriod = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Func<Task>> _work = Channel.CreateUnbounded<Func<Task>>();
    private readonly HashSet<string> _started = [];
    private readonly HashSet<string> _ended = [];
    private readonly List<Task> _running = [];
    private ITimer? _heartbeat;
    private int _addresses;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var quantities = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("2"), ["memory"] = new("24000000Ki"), ["pods"] = new("110") };
        await client.CreateAsync(
            new V1Node
            {
                ApiVersion = "v1",
                Kind = "Node",
                Metadata = new V1ObjectMeta { Name = Name, Labels = new Dictionary<string, string> { ["kubernetes.io/hostname"] = Name } },
                Status = new V1NodeStatus { Capacity = quantities, Allocatable = quantities, Conditions = [new V1NodeCondition { Type = "Ready", Status = "True", Reason = "KubeletReady" }] },
            },
            cancellationToken);
        await client.CreateAsync(
            new V1Lease { ApiVersion = "coordination.k8s.io/v1", Kind = "Lease", Metadata = new V1ObjectMeta { Name = Name, NamespaceProperty = LeaseNamespace }, Spec = new V1LeaseSpec { HolderIdentity = Name } },
            cancellationToken);
        _heartbeat = time.CreateTimer(_ => _work.Writer.TryWrite(RenewAsync), null, TimeSpan.Zero, HeartbeatPeriod);
        var pods = new Informer<V1Pod>(client, time, NullLogger.Instance);
        pods.Changed += (_, pod) =>
        {
            if (pod?.Spec.NodeName == Name)
            {
                _work.Writer.TryWrite(() => FollowAsync(pod));
            }
        };
        _running.Add(pods.RunAsync(_stop.Token));
        _running.Add(WorkAsync());
    }

    /// <summary>Lets a pod become ready, unless it is on its way out.</summary>
    public void MakeReady(string namespaceName, string name) => _work.Writer.TryWrite(async () =>
    {
        var pod = await client.GetAsync<V1Pod>(namespaceName, name, _stop.Token);
        if (pod.Metadata.DeletionTimestamp is null)
        {
            await FollowAsync(pod);
            await ChangeAsync(pod, status => status with { Conditions = Conditions(pod, ready: true, null) });
        }
    });

    /// <summary>Falls silent; once is enough.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        if (_heartbeat is not null)
        {
            await _heartbeat.DisposeAsync();
        }

        await _stop.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WorkAsync()
    {
        await foreach (var work in _work.Reader.ReadAllAsync(_stop.Token))
        {
            try
            {
                await work();
            }
            catch (ApiException exception) when (exception.Code is 404 or 409)
            {
                // The pod has changed or gone; that change brings it back.
            }
        }
    }

    private async Task RenewAsync()
    {
        var lease = await client.GetAsync<V1Lease>(LeaseNamespace, Name, _stop.Token);
        await client.UpdateAsync(lease with { Spec = lease.Spec with { RenewTime = time.GetUtcNow().UtcDateTime } }, _stop.Token);
    }

    private async Task FollowAsync(V1Pod pod)
    {
        if (pod.Metadata.DeletionTimestamp is not null)
        {
            if (_ended.Add(pod.Metadata.Uid))
            {
                await ChangeAsync(pod, status => status with { Phase = "Succeeded", Conditions = Conditions(pod, ready: false, "PodCompleted") });
                await client.DeleteAsync<V1Pod>(
                    pod.Metadata.NamespaceProperty, pod.Metadata.Name, new V1DeleteOptions { GracePeriodSeconds = 0, Preconditions = new V1Preconditions { Uid = pod.Metadata.Uid } }, _stop.Token);
            }
        }
        else if (_started.Add(pod.Metadata.Uid))
        {
            await ChangeAsync(pod, status => status with { Phase = "Pending", Conditions = Conditions(pod, ready: false, "ContainersNotReady") });
            if (!pod.Spec.Containers[0].Image.StartsWith("example.test/", StringComparison.Ordinal))
            {
                var address = string.Create(CultureInfo.InvariantCulture, $"10.244.0.{++_addresses}");
                await ChangeAsync(pod, status => status with { Phase = "Running", PodIP = address, PodIPs = [new V1PodIP { Ip = address }], Conditions = Conditions(pod, ready: false, "ContainersNotReady") });
            }
        }
    }

    private async Task ChangeAsync(V1Pod pod, Func<V1PodStatus, V1PodStatus> change)
    {
        while (true)
        {
            try
            {
                var current = await client.GetAsync<V1Pod>(pod.Metadata.NamespaceProperty, pod.Metadata.Name, _stop.Token);
                await client.UpdateStatusAsync(current with { Status = change(current.Status) }, _stop.Token);
                return;
            }
            catch (ApiException exception) when (exception.Code == 409)
            {
                // Somebody else has changed the pod in between.
            }
        }
    }

    private List<V1PodCondition> Conditions(V1Pod pod, bool ready, string? reason)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var text = ready ? "True" : "False";
        return
        [
            new V1PodCondition { Type = "Initialized", Status = "True", LastTransitionTime = now },
            new V1PodCondition { Type = "Ready", Status = text, Reason = reason, LastTransitionTime = now },
            new V1PodCondition { Type = "ContainersReady", Status = text, Reason = reason, LastTransitionTime = now },
            .. (pod.Status.Conditions ?? []).Where(condition => condition.Type == "PodScheduled"),
        ];
    }
}
