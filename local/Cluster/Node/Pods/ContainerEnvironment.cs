using System.Globalization;
using System.Text;
using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>
/// The environment that a pod's specification gives to a container: envFrom, then env, with references to other objects, to the pod itself
/// (downward API) and to earlier variables resolved.
/// </summary>
internal sealed class ContainerEnvironment(IApiClient client, V1Pod pod, V1Container container, PodFacts facts)
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, V1ConfigMap?> _configMaps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, V1Secret?> _secrets = new(StringComparer.Ordinal);

    /// <param name="services">The variables that name the services of the namespace.</param>
    /// <exception cref="ContainerConfigException">Something referred to is not there.</exception>
    public async Task<IReadOnlyDictionary<string, string>> BuildAsync(IReadOnlyDictionary<string, string> services, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in services)
        {
            _variables[name] = value;
        }

        foreach (var source in container.EnvFrom ?? [])
        {
            foreach (var (key, value) in await AllOfAsync(source, cancellationToken))
            {
                _variables[source.Prefix + key] = value;
            }
        }

        foreach (var variable in container.Env ?? [])
        {
            var value = variable.ValueFrom is { } source
                ? await ResolveAsync(source, cancellationToken)
                : VariableExpansion.Expand(variable.Value ?? "", _variables);
            if (value is not null)
            {
                _variables[variable.Name] = value;
            }
        }

        return _variables;
    }

    private async Task<IEnumerable<KeyValuePair<string, string>>> AllOfAsync(V1EnvFromSource source, CancellationToken cancellationToken)
    {
        if (source.ConfigMapRef is { } configMap)
        {
            return (await ConfigMapAsync(configMap.Name, configMap.Optional == true, cancellationToken))?.Data ?? Enumerable.Empty<KeyValuePair<string, string>>();
        }

        return source.SecretRef is { } secret
            ? (await SecretAsync(secret.Name, secret.Optional == true, cancellationToken))?.Data?
                .Select(entry => KeyValuePair.Create(entry.Key, Encoding.UTF8.GetString(entry.Value))) ?? []
            : [];
    }

    private async Task<string?> ResolveAsync(V1EnvVarSource source, CancellationToken cancellationToken)
    {
        if (source.FieldRef is { } field)
        {
            return Field(field.FieldPath);
        }

        if (source.ResourceFieldRef is { } resource)
        {
            return Resource(resource);
        }

        if (source.ConfigMapKeyRef is { } configMapKey)
        {
            var optional = configMapKey.Optional == true;
            var data = (await ConfigMapAsync(configMapKey.Name, optional, cancellationToken))?.Data;
            return data is not null && data.TryGetValue(configMapKey.Key, out var value) ? value
                : optional ? null
                : throw Missing($"couldn't find key {configMapKey.Key} in ConfigMap {pod.Metadata.NamespaceProperty}/{configMapKey.Name}");
        }

        if (source.SecretKeyRef is { } secretKey)
        {
            var optional = secretKey.Optional == true;
            var data = (await SecretAsync(secretKey.Name, optional, cancellationToken))?.Data;
            return data is not null && data.TryGetValue(secretKey.Key, out var value) ? Encoding.UTF8.GetString(value)
                : optional ? null
                : throw Missing($"couldn't find key {secretKey.Key} in Secret {pod.Metadata.NamespaceProperty}/{secretKey.Name}");
        }

        throw Missing("this node knows no such source of an environment variable");
    }

    private string Field(string path)
    {
        var metadata = pod.Metadata;
        return path switch
        {
            "metadata.name" => metadata.Name,
            "metadata.namespace" => metadata.NamespaceProperty,
            "metadata.uid" => metadata.Uid,
            "spec.nodeName" => facts.NodeName,
            "spec.serviceAccountName" => pod.Spec.ServiceAccountName ?? "default",
            "status.hostIP" or "status.hostIPs" => facts.HostIP,
            "status.podIP" or "status.podIPs" => facts.PodIP,
            _ when Subscript(path, "metadata.labels") is { } label => metadata.Labels?.TryGetValue(label, out var value) == true ? value : "",
            _ when Subscript(path, "metadata.annotations") is { } annotation => metadata.Annotations?.TryGetValue(annotation, out var value) == true ? value : "",
            _ => throw Missing($"unsupported fieldPath: {path}"),
        };
    }

    private static string? Subscript(string path, string name) =>
        path.StartsWith(name + "['", StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal) ? path[(name.Length + 2)..^2] : null;

    private string Resource(V1ResourceFieldSelector selector)
    {
        var of = selector.ContainerName is { Length: > 0 } name ? pod.Spec.Containers.FirstOrDefault(one => one.Name == name) ?? container : container;
        var dot = selector.Resource.IndexOf('.', StringComparison.Ordinal);
        var resource = selector.Resource[(dot + 1)..];
        var limits = of.Resources?.Limits;
        var requests = of.Resources?.Requests;
        var chosen = selector.Resource.StartsWith("requests.", StringComparison.Ordinal) ? requests : limits;
        var amount = chosen is not null && chosen.TryGetValue(resource, out var quantity) ? quantity.ToDecimal()
            : chosen == limits && facts.Allocatable.TryGetValue(resource, out var allocatable) ? allocatable.ToDecimal()
            : 0m;
        var divisor = selector.Divisor?.ToDecimal() is > 0 and var given ? given : 1m;
        return Math.Ceiling(amount / divisor).ToString("0", CultureInfo.InvariantCulture);
    }

    private async Task<V1ConfigMap?> ConfigMapAsync(string name, bool optional, CancellationToken cancellationToken)
    {
        if (!_configMaps.TryGetValue(name, out var found))
        {
            found = await FindAsync<V1ConfigMap>(name, cancellationToken);
            _configMaps[name] = found;
        }

        return found ?? (optional ? null : throw Missing($"configmap \"{name}\" not found"));
    }

    private async Task<V1Secret?> SecretAsync(string name, bool optional, CancellationToken cancellationToken)
    {
        if (!_secrets.TryGetValue(name, out var found))
        {
            found = await FindAsync<V1Secret>(name, cancellationToken);
            _secrets[name] = found;
        }

        return found ?? (optional ? null : throw Missing($"secret \"{name}\" not found"));
    }

    private async Task<T?> FindAsync<T>(string name, CancellationToken cancellationToken)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            return await client.GetAsync<T>(pod.Metadata.NamespaceProperty, name, cancellationToken);
        }
        catch (ApiException exception) when (exception.Code == 404)
        {
            return null;
        }
    }

    private static ContainerConfigException Missing(string message) => new(ContainerConfigException.ConfigError, message);
}

/// <summary>What a running pod can ask about itself beyond its own object.</summary>
internal sealed record PodFacts(string NodeName, string HostIP, string PodIP, IReadOnlyDictionary<string, ResourceQuantity> Allocatable);
