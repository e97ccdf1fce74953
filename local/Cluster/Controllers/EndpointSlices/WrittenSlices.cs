using System.Collections.Concurrent;
using k8s.Models;

namespace Scalelab.Cluster.Controllers.EndpointSlices;

/// <summary>The slices as last written. While the cache does not show them yet, a look at it would write them again.</summary>
internal sealed class WrittenSlices
{
    private readonly ConcurrentDictionary<string, (ObjectKey Service, long Generation)> _slices = new(StringComparer.Ordinal);

    public void Add(ObjectKey service, V1EndpointSlice written) => _slices[written.Metadata.Uid] = (service, written.Metadata.Generation ?? 0);

    public void Forget(V1EndpointSlice gone) => _slices.TryRemove(gone.Metadata.Uid, out _);

    /// <summary>Whether all of them are there, as new as written.</summary>
    public bool AreIn(ObjectKey service, IReadOnlyCollection<V1EndpointSlice> cached)
    {
        foreach (var (uid, written) in _slices.Where(slice => slice.Value.Service == service))
        {
            if (cached.FirstOrDefault(slice => slice.Metadata.Uid == uid) is not { } slice || (slice.Metadata.Generation ?? 0) < written.Generation)
            {
                return false;
            }

            _slices.TryRemove(KeyValuePair.Create(uid, written));
        }

        return true;
    }
}
