using Scalelab.Engine.Events;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>The cluster that a provider is configured for: connected to when it is first needed, and then asked once whether it is there.</summary>
internal sealed class KubeCluster : IDisposable
{
    private readonly Lazy<(KubeConnection Connection, ApiResources Resources)> _connected;
    private readonly Lazy<Task<KubeUnreachableException?>> _probe;

    public KubeCluster(KubernetesConfig config, ProviderContext context)
    {
        _connected = new(() =>
        {
            var connection = new KubeConnection(config.Load(), context.Time);
            return (connection, new ApiResources(connection));
        });
        _probe = new(() => ProbeAsync(context));
    }

    public KubeConnection Connection => _connected.Value.Connection;

    /// <summary>Null when the cluster answers; else why not. Takes a few seconds at most, and no time when it was asked before.</summary>
    /// <exception cref="ProviderException">It answers, but not to these credentials.</exception>
    public Task<KubeUnreachableException?> FindOutageAsync(CancellationToken cancellationToken) => _probe.Value.WaitAsync(cancellationToken);

    /// <exception cref="ProviderException">The cluster does not answer.</exception>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        if (await FindOutageAsync(cancellationToken) is { } outage)
        {
            throw KubeErrors.Explain(outage);
        }
    }

    /// <summary>How the cluster serves a kind; null when it does not have it, or does not answer.</summary>
    public async Task<ApiResource?> FindKindAsync(string apiVersion, string kind, CancellationToken cancellationToken) =>
        await FindOutageAsync(cancellationToken) is null
            ? await KubeErrors.GuardAsync(() => _connected.Value.Resources.FindAsync(apiVersion, kind, cancellationToken))
            : null;

    public void Dispose()
    {
        if (_connected.IsValueCreated)
        {
            Connection.Dispose();
        }
    }

    // Told once, however many objects the cluster would hold.
    private async Task<KubeUnreachableException?> ProbeAsync(ProviderContext context)
    {
        try
        {
            await KubeErrors.GuardAsync(() => Connection.ProbeAsync(CancellationToken.None));
            return null;
        }
        catch (ProviderException e) when (e.InnerException is KubeUnreachableException outage)
        {
            context.Events.Report(new Diagnostic(DiagnosticSeverity.Warning, e.Message));
            return outage;
        }
        catch (ProviderException e) when (e.InnerException is FileNotFoundException missing)
        {
            context.Events.Report(new Diagnostic(DiagnosticSeverity.Warning, e.Message));
            return new KubeUnreachableException(e.Message, mayBeGone: true, missing);
        }
    }
}
