using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Admission;
using Scalelab.Cluster.Api.Allocation;
using Scalelab.Cluster.Api.Discovery;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Kinds;
using Scalelab.Cluster.Api.Pods;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Reviews;
using Scalelab.Cluster.Api.Schema.OpenApi;
using Scalelab.Cluster.Api.Security;
using Scalelab.Cluster.Controllers;
using Scalelab.Cluster.Controllers.CustomResources;
using Scalelab.Cluster.Controllers.GarbageCollection;
using Scalelab.Cluster.Controllers.Namespaces;
using Scalelab.Cluster.Metrics;
using Scalelab.Cluster.Node;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster;

/// <summary>Store and API server, put together.</summary>
internal sealed class ApiComposition : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly PodLogs _logs = new();
    private readonly PodExec _exec = new();
    private readonly PodEviction _eviction = new();
    private ServiceAllocation? _allocation;
    private volatile bool _ready;

    private ApiComposition(Pki pki) => Pki = pki;

    public Pki Pki { get; }

    public Uri Address { get; private set; } = new("https://127.0.0.1");

    public IApiClient Client { get; private set; } = null!;

    public static async Task<ApiComposition> StartAsync(ClusterOptions options, UsageStore usage, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        PrivateFiles.CreateFolder(options.DataFolder);
        var range = AddressRange.Parse(options.ServiceClusterIPRange);
        var composition = new ApiComposition(Pki.Open(Path.Combine(options.DataFolder, "pki"), range.At(1), time.GetUtcNow()));
        try
        {
            await composition.ComposeAsync(options, usage, time, loggers, cancellationToken);
            return composition;
        }
        catch
        {
            await composition.DisposeAsync();
            throw;
        }
    }

    public void UseNodes(INodeLogs logs, INodeCommands commands)
    {
        _logs.Node = logs;
        _exec.Node = commands;
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        _allocation?.Dispose();
        _eviction.Dispose();
        Pki.Dispose();
    }

    private async Task ComposeAsync(ClusterOptions options, UsageStore usage, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var store = ObjectStore.Open(
            new StoreOptions { Folder = Path.Combine(options.DataFolder, "store"), SyncWrites = options.SyncWrites }, loggers.CreateLogger<ObjectStore>());
        _parts.Push(store);
        var catalog = new ApiCatalog([.. KindRegistry.All, PodBinding.Definition, .. ReviewDefinitions.All, .. MetricsDefinitions.All]);
        _allocation = new ServiceAllocation(store, options);
        var authorizer = new RbacAuthorizer(store);
        var admission = new AdmissionChain([new RbacEscalation(authorizer), new NamespaceLifecycle(store), new NodeTaintAdmission(), new ServiceAccountAdmission(store), _allocation]);
        var service = new ResourceService(store, catalog, admission, time);
        Client = new InProcessClient(service, "kube-apiserver");
        var tokens = new ServiceAccountTokens(Pki, store, time);
        var authenticator = new Authenticator(Pki, tokens, time);
        var subresources = new Dictionary<string, ISubresource>
        {
            ["pods/log"] = _logs,
            ["pods/binding"] = new PodBinding(),
            ["bindings"] = new PodBinding(),
            ["pods/eviction"] = _eviction,
            ["pods/exec"] = _exec,
            ["pods/attach"] = new PodStreams(),
            ["pods/portforward"] = new PodPortForward(),
            ["serviceaccounts/token"] = new TokenRequests(tokens),
        };
        foreach (var review in ReviewDefinitions.All)
        {
            subresources[ResourceService.StoreResource(review)] = new AccessReviews(review, authorizer, authenticator);
        }

        foreach (var metrics in MetricsDefinitions.All)
        {
            subresources[ResourceService.StoreResource(metrics)] = new MetricsApi(metrics, usage);
        }

        var handler = new ApiHandler(
            service,
            authenticator,
            authorizer,
            new DiscoveryHandler(catalog, store, new OpenApiSource(catalog), () => _ready),
            subresources,
            loggers.CreateLogger<ApiHandler>());

        // Listening and filling the store take the same time, and neither needs the other: requests are answered early, /readyz says no until both are done.
        var serving = Task.Run(() => ApiServer.StartAsync(options.ApiPort, Pki, handler, loggers, cancellationToken), cancellationToken);
        try
        {
            await FillAsync(store, service, cancellationToken);
        }
        finally
        {
            _parts.Push(await serving);
        }

        Address = (await serving).Address;

        Follow(new NamespaceController(service, Pki.Authority.ExportCertificatePem() + "\n", loggers.CreateLogger<NamespaceController>()));
        var custom = new CustomResourceController(service, loggers.CreateLogger<CustomResourceController>());
        custom.Serve();
        Follow(custom);
        Follow(new GarbageCollector(service, loggers.CreateLogger<GarbageCollector>()));
        _ready = true;
    }

    private static async Task FillAsync(ObjectStore store, ResourceService service, CancellationToken cancellationToken)
    {
        var isNew = store.State.Revision == 0;
        await Bootstrap.RunAsync(service, cancellationToken);
        if (isNew)
        {
            // Nobody can have seen the first revisions; so a client that comes with one has mistaken the cluster, and is told to list again.
            store.Compact(store.State.Revision);
        }
    }

    private void Follow(StoreFollower controller)
    {
        controller.Start();
        _parts.Push(controller);
    }
}
