using k8s.Models;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers.EndpointSlices;

/// <summary>Turns the slices that there are into those that ought to be, with as few writes as possible.</summary>
internal sealed class SliceWriter(IApiClient client)
{
    private readonly WrittenSlices _written = new();

    /// <summary>False while the cache does not show what was written last; the slice that is missing comes.</summary>
    public bool IsSeen(ObjectKey service, IReadOnlyCollection<V1EndpointSlice> cached) => _written.AreIn(service, cached);

    public void Forget(V1EndpointSlice gone) => _written.Forget(gone);

    public async Task WriteAsync(ObjectKey service, IReadOnlyList<V1EndpointSlice> existing, IReadOnlyList<V1EndpointSlice> wanted, CancellationToken cancellationToken)
    {
        for (var index = 0; index < wanted.Count; index++)
        {
            if (index < existing.Count)
            {
                await UpdateAsync(service, existing[index], wanted[index], cancellationToken);
            }
            else
            {
                _written.Add(service, await client.CreateAsync(wanted[index], cancellationToken));
            }
        }

        foreach (var surplus in existing.Skip(wanted.Count))
        {
            await client.DeleteAsync<V1EndpointSlice>(surplus.Metadata.NamespaceProperty, surplus.Metadata.Name, null, cancellationToken);
        }
    }

    private async Task UpdateAsync(ObjectKey service, V1EndpointSlice existing, V1EndpointSlice wanted, CancellationToken cancellationToken)
    {
        if (Content(existing) == Content(wanted))
        {
            return;
        }

        var metadata = existing.Metadata.Copy();
        metadata.Labels = wanted.Metadata.Labels;
        metadata.Annotations = wanted.Metadata.Annotations;
        _written.Add(service, await client.UpdateAsync(existing with { Metadata = metadata, Endpoints = wanted.Endpoints ?? [], Ports = wanted.Ports ?? [] }, cancellationToken));
    }

    /// <summary>All that matters in a slice; the time of the last change does not, when nothing else has changed.</summary>
    private static string Content(V1EndpointSlice slice) => ModelJson.ToText(new V1EndpointSlice
    {
        AddressType = slice.AddressType,
        Endpoints = slice.Endpoints ?? [],
        Ports = slice.Ports ?? [],
        Metadata = new V1ObjectMeta { Labels = new SortedDictionary<string, string>(slice.Metadata.Labels ?? new Dictionary<string, string>(), StringComparer.Ordinal) },
    });
}
