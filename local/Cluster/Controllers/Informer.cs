using System.Collections.Concurrent;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers;

/// <summary>
/// A local copy of all objects of a kind, kept up to date by a watch. The objects are shared: read them, never change them.
/// </summary>
internal sealed class Informer<T>(IApiClient client, TimeProvider time, ILogger logger)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ObjectKey, T> _items = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, T>> _namespaces = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Raised after each change with the object before and after it (null where it did not or does not exist), one at a time and in order.
    /// Handlers return at once.
    /// </summary>
    public event Action<T?, T?>? Changed;

    /// <summary>Completes when the first list is in.</summary>
    public Task Synced => _synced.Task;

    public ICollection<T> Items => _items.Values;

    public T? Find(ObjectKey key) => _items.GetValueOrDefault(key);

    public IEnumerable<T> InNamespace(string? namespaceName) =>
        _namespaces.TryGetValue(namespaceName ?? "", out var items) ? items.Values : [];

    /// <summary>Lists and watches until cancelled; after an error, or when the watch falls behind, lists again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var list = await client.ListAsync<T>(null, cancellationToken);
                Replace(list.Items);
                _synced.TrySetResult();
                await foreach (var change in client.WatchAsync<T>(null, list.ResourceVersion, cancellationToken))
                {
                    Apply(change);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (ApiException exception) when (exception.Code == 410)
            {
                logger.LogDebug("The watch of {Kind} fell behind; listing again.", typeof(T).Name);
                continue;
            }
            catch (Exception exception)
            {
                logger.LogWarning(exception, "Watching {Kind} failed; trying again in {Delay} s.", typeof(T).Name, RetryDelay.TotalSeconds);
            }

            try
            {
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Replace(IReadOnlyList<T> items)
    {
        var present = items.Select(item => ObjectKey.Of(item)).ToHashSet();
        foreach (var gone in _items.Keys.Where(key => !present.Contains(key)).ToList())
        {
            Remove(gone);
        }

        foreach (var item in items)
        {
            Set(item);
        }
    }

    private void Apply(ResourceEvent<T> change)
    {
        switch (change.Type)
        {
            case WatchEventType.Added or WatchEventType.Modified:
                Set(change.Resource);
                break;
            case WatchEventType.Deleted:
                Remove(ObjectKey.Of(change.Resource), change.Resource);
                break;
            case WatchEventType.Bookmark:
                break;
            default:
                throw new InvalidOperationException($"The watch of {typeof(T).Name} reported {change.Type}.");
        }
    }

    private void Set(T item)
    {
        var key = ObjectKey.Of(item);
        var old = _items.GetValueOrDefault(key);
        if (old is not null && old.Metadata.Uid != item.Metadata.Uid)
        {
            Remove(key);
            old = null;
        }
        else if (old is not null && old.Metadata.ResourceVersion == item.Metadata.ResourceVersion)
        {
            return;
        }

        _items[key] = item;
        _namespaces.GetOrAdd(key.Namespace ?? "", _ => new ConcurrentDictionary<string, T>(StringComparer.Ordinal))[key.Name] = item;
        Raise(old, item);
    }

    /// <param name="last">The object in its last state, where the watch gave it.</param>
    private void Remove(ObjectKey key, T? last = null)
    {
        if (!_items.TryRemove(key, out var old))
        {
            return;
        }

        if (_namespaces.TryGetValue(key.Namespace ?? "", out var items))
        {
            items.TryRemove(key.Name, out _);
        }

        Raise(last ?? old, null);
    }

    private void Raise(T? old, T? item)
    {
        try
        {
            Changed?.Invoke(old, item);
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "A handler of changes of {Kind} failed.", typeof(T).Name);
        }
    }
}
