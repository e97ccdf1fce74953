using System.Collections.Immutable;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>In which order resources can be deleted: dependents first, what is independent at the same time.</summary>
internal static class DeleteOrder
{
    /// <summary>Runs the deletions. One whose dependents could not be deleted is not run.</summary>
    /// <param name="resources">What to delete, in the order of the snapshot, that is dependencies first.</param>
    /// <param name="delete">Deletes one; false when that failed.</param>
    /// <returns>Whether every deletion succeeded.</returns>
    public static async Task<bool> RunAsync(ImmutableArray<ResourceState> resources, Func<ResourceState, Task<bool>> delete)
    {
        var dependents = Dependents(resources);
        var deletions = new Task<bool>[resources.Length];
        for (var i = resources.Length - 1; i >= 0; i--)
        {
            deletions[i] = DeleteAsync(resources[i], [.. dependents[i].Select(index => deletions[index])], delete);
        }

        return (await Task.WhenAll(deletions)).All(succeeded => succeeded);
    }

    private static async Task<bool> DeleteAsync(ResourceState resource, Task<bool>[] dependents, Func<ResourceState, Task<bool>> delete) =>
        (await Task.WhenAll(dependents)).All(succeeded => succeeded) && await delete(resource);

    // Only a later entry can depend on an earlier one; looking no further keeps two generations of the same names from forming a cycle.
    private static List<int>[] Dependents(ImmutableArray<ResourceState> resources)
    {
        var byUrn = new Dictionary<Urn, List<int>>();
        var dependents = new List<int>[resources.Length];
        for (var i = 0; i < resources.Length; i++)
        {
            dependents[i] = [];
            foreach (var dependency in resources[i].AllDependencies)
            {
                foreach (var index in byUrn.GetValueOrDefault(dependency) ?? [])
                {
                    dependents[index].Add(i);
                }
            }

            if (!byUrn.TryGetValue(resources[i].Urn, out var same))
            {
                byUrn[resources[i].Urn] = same = [];
            }

            same.Add(i);
        }

        return dependents;
    }
}
