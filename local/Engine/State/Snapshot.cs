using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Scalelab.Engine.State;

/// <summary>The whole state of a stack (the CLI's DeploymentV3).</summary>
/// <param name="Resources">Dependencies before dependents.</param>
/// <param name="PendingOperations">What an interrupted update was doing.</param>
/// <param name="Extra">What the file's deployment says beyond that; kept.</param>
internal sealed record Snapshot(ImmutableArray<ResourceState> Resources, ImmutableArray<PendingOperation> PendingOperations, JsonObject? Extra = null)
{
    public static Snapshot Empty { get; } = new([], []);

    public bool IsEmpty => Resources.IsEmpty && PendingOperations.IsEmpty;

    /// <summary>What is wrong with the snapshot; null when every rule holds: references point backwards, URNs are unique among the living.</summary>
    public string? FindProblem()
    {
        var seen = new HashSet<Urn>();
        foreach (var resource in Resources)
        {
            foreach (var dependency in resource.AllDependencies)
            {
                if (!seen.Contains(dependency))
                {
                    return $"resource {resource.Urn} needs {dependency}, which is not listed before it";
                }
            }

            if (!seen.Add(resource.Urn) && !resource.Delete && Resources.Count(other => other.Urn == resource.Urn && !other.Delete) > 1)
            {
                return $"resource {resource.Urn} is listed twice";
            }
        }

        return null;
    }
}
