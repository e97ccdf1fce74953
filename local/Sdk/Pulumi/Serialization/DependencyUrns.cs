namespace Pulumi.Serialization;

/// <summary>From the resources a value depends on to the URNs the engine orders by.</summary>
internal static class DependencyUrns
{
    /// <summary>The URNs, sorted. A component stands for the resources below it, down to and including the first custom ones.</summary>
    public static async Task<SortedSet<string>> OfAsync(IEnumerable<Resource> resources)
    {
        var urns = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var resource in Expand(resources))
        {
            var urn = await resource.Urn.GetValueAsync(whenUnknown: "").ConfigureAwait(false);
            if (!string.IsNullOrEmpty(urn))
            {
                urns.Add(urn);
            }
        }

        return urns;
    }

    /// <summary>
    /// Custom resources as they are, remote components too (they answer when their children are done), and in place of other components
    /// their children.
    /// </summary>
    public static HashSet<Resource> Expand(IEnumerable<Resource> resources)
    {
        var reached = new HashSet<Resource>();
        var pending = new Stack<Resource>(resources);
        while (pending.TryPop(out var resource))
        {
            if (reached.Add(resource) && resource is ComponentResource { IsRemote: false })
            {
                foreach (var child in resource.GetChildren())
                {
                    pending.Push(child);
                }
            }
        }

        reached.RemoveWhere(resource => resource is not (CustomResource or ComponentResource { IsRemote: true }));
        return reached;
    }
}
