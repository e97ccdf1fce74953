using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Security;
using Scalelab.Cluster.Controllers;
using Scalelab.Cluster.Metrics;
using Scalelab.Cluster.Node;

namespace Scalelab.Cluster;

/// <summary>
/// A Kubernetes cluster in this process: store, API server, controllers, scheduler, nodes and service proxy.
/// </summary>
public sealed class ClusterServer(ClusterOptions options, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly UsageStore _usage = new(options.MetricResolution);

    public ClusterOptions Options { get; } = options;

    /// <summary>The address of the API, e.g. <c>https://127.0.0.1:6443</c>. Known once started.</summary>
    public Uri? ApiAddress { get; private set; }

    /// <summary>Access for parts in this process. Known once started.</summary>
    public IApiClient? Client { get; private set; }

    /// <summary>Starts every part; returns when the API answers and the kubeconfig is written. After a failure nothing is left running.</summary>
    /// <exception cref="IOException">A file, folder or port cannot be used; the message says which and how to mend it.</exception>
    /// <exception cref="Store.CorruptStoreException">The stored data is damaged.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var api = Push(await ApiComposition.StartAsync(Options, _usage, time, loggers, cancellationToken));
            (ApiAddress, Client) = (api.Address, api.Client);
            if (Options.RunControllers)
            {
                var controllers = Push(new ControllerManager(api.Client, _usage, Options, time, loggers));
                await controllers.StartAsync(cancellationToken);
                var nodes = Push(new NodePool(api.Client, Options, time, loggers));
                api.UseNodes(nodes, nodes);
                await nodes.StartAsync(cancellationToken);
                Push(new MetricsServer(_usage, nodes.Containers, Options.MetricResolution, time, loggers.CreateLogger<MetricsServer>())).Start();
            }

            Kubeconfig.Write(Options.KubeconfigPath, api.Address, api.Pki);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }
    }

    private T Push<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}
