using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers.CronJobs;
using Scalelab.Cluster.Controllers.DaemonSets;
using Scalelab.Cluster.Controllers.Deployments;
using Scalelab.Cluster.Controllers.Disruption;
using Scalelab.Cluster.Controllers.Endpoints;
using Scalelab.Cluster.Controllers.EndpointSlices;
using Scalelab.Cluster.Controllers.HorizontalPodAutoscalers;
using Scalelab.Cluster.Controllers.Jobs;
using Scalelab.Cluster.Controllers.NodeIpam;
using Scalelab.Cluster.Controllers.NodeLifecycle;
using Scalelab.Cluster.Controllers.ReplicaSets;
using Scalelab.Cluster.Controllers.Scheduling;
using Scalelab.Cluster.Controllers.Services;
using Scalelab.Cluster.Controllers.StatefulSets;
using Scalelab.Cluster.Controllers.Volumes;
using Scalelab.Cluster.Metrics;

namespace Scalelab.Cluster.Controllers;

/// <summary>The controllers and the scheduler, over the in-process API.</summary>
public sealed class ControllerManager : IAsyncDisposable
{
    // kube-controller-manager's --concurrent-deployment-syncs and its siblings.
    private const int Workers = 5;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Func<CancellationToken, Task>> _loops = [];
    private readonly List<Controller> _controllers = [];
    private readonly EventRecorder _events;
    private readonly EventRecorder _schedulerEvents;
    private Task _running = Task.CompletedTask;

    internal ControllerManager(IApiClient client, IPodUsageSource usage, ClusterOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<ControllerManager>();
        var manager = client.As("kube-controller-manager");
        var scheduler = client.As("kube-scheduler");
        var deployments = Watch<V1Deployment>(manager, time, logger);
        var sets = Watch<V1ReplicaSet>(manager, time, logger);
        var pods = Watch<V1Pod>(manager, time, logger);
        var services = Watch<V1Service>(manager, time, logger);
        var slices = Watch<V1EndpointSlice>(manager, time, logger);
        var nodes = Watch<V1Node>(manager, time, logger);
        var budgets = Watch<V1PodDisruptionBudget>(manager, time, logger);
        _events = new EventRecorder(manager, time, logger);
        _schedulerEvents = new EventRecorder(scheduler, time, logger);

        Run(new DeploymentController(manager, deployments, sets, pods, _events, time, logger), Workers);
        Run(new ReplicaSetController(manager, sets, pods, _events, time, logger), Workers);
        var revisions = Watch<V1ControllerRevision>(manager, time, logger);
        var jobs = Watch<V1Job>(manager, time, logger);
        Run(new StatefulSetController(manager, Watch<V1StatefulSet>(manager, time, logger), pods, revisions, _events, time, logger), Workers);
        Run(new DaemonSetController(manager, Watch<V1DaemonSet>(manager, time, logger), pods, nodes, revisions, _events, time, logger), Workers);
        Run(new JobController(manager, jobs, pods, _events, time, logger), Workers);
        Run(new FinishedJobController(manager, jobs, time, logger), 1);
        Run(new CronJobController(manager, Watch<V1CronJob>(manager, time, logger), jobs, _events, time, logger), Workers);
        var claims = Watch<V1PersistentVolumeClaim>(manager, time, logger);
        Run(new ClaimController(manager, claims, Watch<V1PersistentVolume>(manager, time, logger), $"{options.NodesFolder}/claims", _events, time, logger), 1);
        Run(new EndpointSliceController(manager, services, pods, slices, time, logger), Workers);
        var endpoints = Watch<V1Endpoints>(manager, time, logger);
        Run(new EndpointsController(manager, services, pods, endpoints, time, logger), Workers);
        Run(new EndpointSliceMirroringController(manager, endpoints, services, slices, time, logger), 1);
        Run(new LoadBalancerController(manager, services, options.LoadBalancerRange, _events, time, logger), 1);
        Run(new HorizontalPodAutoscalerController(manager, Watch<V2HorizontalPodAutoscaler>(manager, time, logger), pods, usage, _events, options.Autoscaler, time, logger), Workers);
        Run(new DisruptionController(manager, budgets, pods, sets, deployments, _events, time, logger), 1);
        Run(new NodeLifecycleController(manager, nodes, Watch<V1Lease>(manager, time, logger), pods, _events, options.NodeLifecycle, time, logger), 1);
        Run(new NodeIpamController(manager, nodes, options, time, logger), 1);
        Run(new TaintEvictionController(manager, nodes, pods, _events, time, logger), 1);
        Run(new Scheduler(scheduler, pods, nodes, claims, _schedulerEvents, time, logger), 1);
    }

    /// <summary>Starts every controller; returns without waiting until their caches are filled.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _running = Task.WhenAll(_loops.Select(loop => Task.Run(() => loop(_stop.Token), CancellationToken.None)));
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        foreach (var controller in _controllers)
        {
            controller.Dispose();
        }

        await _events.DisposeAsync();
        await _schedulerEvents.DisposeAsync();
        _stop.Dispose();
    }

    private Informer<T> Watch<T>(IApiClient client, TimeProvider time, ILogger logger)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        var informer = new Informer<T>(client, time, logger);
        _loops.Add(informer.RunAsync);
        return informer;
    }

    private void Run(Controller controller, int workers)
    {
        _controllers.Add(controller);
        _loops.Add(stop => controller.RunAsync(workers, stop));
    }
}
