using System.Collections.Concurrent;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>One kind as the cluster serves it.</summary>
/// <param name="Plural">Its name in paths.</param>
/// <param name="Namespaced">Whether its objects belong to namespaces.</param>
internal sealed record ApiResource(string Plural, bool Namespaced);

/// <summary>Which kinds the cluster has, asked once for each group and version.</summary>
internal sealed class ApiResources(KubeConnection connection)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyDictionary<string, ApiResource>>>> _versions = [];

    /// <summary>The kind; null when the cluster does not have it.</summary>
    public async Task<ApiResource?> FindAsync(string apiVersion, string kind, CancellationToken cancellationToken)
    {
        var asked = _versions.GetOrAdd(apiVersion, version => new Lazy<Task<IReadOnlyDictionary<string, ApiResource>>>(() => AskAsync(version, CancellationToken.None)));
        try
        {
            var kinds = await asked.Value.WaitAsync(cancellationToken);
            if (kinds.TryGetValue(kind, out var known))
            {
                return known;
            }
        }
        catch (KubeUnreachableException)
        {
            _versions.TryRemove(KeyValuePair.Create(apiVersion, asked));
            throw;
        }

        // A kind that this very update installs appears later.
        _versions.TryRemove(KeyValuePair.Create(apiVersion, asked));
        return null;
    }

    public static string GroupPath(string apiVersion) => apiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{apiVersion}" : $"/api/{apiVersion}";

    private async Task<IReadOnlyDictionary<string, ApiResource>> AskAsync(string apiVersion, CancellationToken cancellationToken)
    {
        var list = await connection.FindAsync(GroupPath(apiVersion), cancellationToken);
        var kinds = new Dictionary<string, ApiResource>();
        foreach (var resource in list.Items("resources"))
        {
            // Subresources, such as deployments/scale, repeat the kind.
            if (resource.Text("name") is { } plural && !plural.Contains('/', StringComparison.Ordinal))
            {
                kinds[resource.Text("kind") ?? ""] = new ApiResource(plural, resource.At("namespaced")?.GetValue<bool>() ?? false);
            }
        }

        return kinds;
    }
}
