using k8s;
using k8s.Models;

namespace Scalelab.Cluster.Api;

/// <summary>
/// In-process access to the REST layer for controllers, the scheduler and the node: the same admission, defaulting, validation,
/// versioning and field management as over HTTP, without a connection. Every method throws <see cref="ApiException"/>
/// where the HTTP API would answer with a Status.
/// </summary>
public interface IApiClient
{
    /// <summary>The same client under another name in <c>managedFields</c>, as client-go derives it from the user agent.</summary>
    IApiClient As(string fieldManager);

    /// <summary>One object.</summary>
    /// <param name="namespaceName">The namespace; null for cluster-scoped kinds.</param>
    Task<T> GetAsync<T>(string? namespaceName, string name, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>All objects of a kind, with the revision that the list was read at.</summary>
    /// <param name="namespaceName">The namespace; null for every namespace.</param>
    Task<ResourceList<T>> ListAsync<T>(string? namespaceName, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Creates an object and returns it as stored.</summary>
    Task<T> CreateAsync<T>(T resource, CancellationToken cancellationToken) where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Replaces an object; a resourceVersion in its metadata makes the write conditional (409 Conflict).</summary>
    Task<T> UpdateAsync<T>(T resource, CancellationToken cancellationToken) where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Replaces the status alone, through the status subresource.</summary>
    Task<T> UpdateStatusAsync<T>(T resource, CancellationToken cancellationToken) where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Deletes an object, or marks it deleted where a finalizer or a grace period holds it.</summary>
    Task DeleteAsync<T>(string? namespaceName, string name, V1DeleteOptions? options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Assigns a pod to a node, through the binding subresource: sets spec.nodeName and the condition PodScheduled. 409 when it has a node already.</summary>
    Task BindAsync(string namespaceName, string podName, string nodeName, CancellationToken cancellationToken);

    /// <summary>The <c>scale</c> subresource of an object of any kind that has one. 404 also for kinds without.</summary>
    /// <param name="apiVersion">The kind's group and, where the cluster serves it in several, preferably this version.</param>
    Task<V1Scale> GetScaleAsync(string apiVersion, string kind, string namespaceName, string name, CancellationToken cancellationToken);

    /// <summary>Sets the replicas of the object that <paramref name="scale"/> was got from. 409 when the object has changed since.</summary>
    Task<V1Scale> UpdateScaleAsync(string apiVersion, string kind, V1Scale scale, CancellationToken cancellationToken);

    /// <summary>
    /// Every change after <paramref name="resourceVersion"/>, in order, until cancelled. Throws <see cref="ApiException"/> with
    /// code 410 when that revision is compacted: list again.
    /// </summary>
    IAsyncEnumerable<ResourceEvent<T>> WatchAsync<T>(string? namespaceName, string resourceVersion, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>;
}

/// <summary>A list and the revision it was read at.</summary>
public sealed record ResourceList<T>(string ResourceVersion, IReadOnlyList<T> Items);

/// <summary>One watch event; <see cref="WatchEventType.Bookmark"/> carries no more than a resourceVersion.</summary>
public readonly record struct ResourceEvent<T>(WatchEventType Type, T Resource);
