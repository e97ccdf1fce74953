using System.Collections.Immutable;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>Who depends on whom in the previous state. Asking costs what there is to answer, however large the state.</summary>
internal sealed class Dependents(ImmutableArray<ResourceState> resources)
{
    private readonly Lazy<Dictionary<Urn, List<int>>> _direct = new(() => Index(resources));

    /// <summary>Everything that depends on a resource, directly or not; dependencies first.</summary>
    public IReadOnlyList<ResourceState> Of(Urn root)
    {
        var found = new SortedSet<int>();
        var open = new Stack<Urn>([root]);
        while (open.TryPop(out var urn))
        {
            foreach (var index in _direct.Value.GetValueOrDefault(urn) ?? [])
            {
                if (found.Add(index))
                {
                    open.Push(resources[index].Urn);
                }
            }
        }

        return [.. found.Select(index => resources[index])];
    }

    private static Dictionary<Urn, List<int>> Index(ImmutableArray<ResourceState> resources)
    {
        var direct = new Dictionary<Urn, List<int>>();
        for (var i = 0; i < resources.Length; i++)
        {
            foreach (var dependency in resources[i].Delete ? [] : resources[i].AllDependencies)
            {
                if (!direct.TryGetValue(dependency, out var dependents))
                {
                    direct[dependency] = dependents = [];
                }

                dependents.Add(i);
            }
        }

        return direct;
    }
}
