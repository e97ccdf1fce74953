using System.Text.Json.Nodes;

namespace Scalelab.Engine.State;

/// <summary>The rules that every state keeps; the CLI refuses to go on from one that breaks them (Snapshot.VerifyIntegrity).</summary>
internal static class SnapshotCheck
{
    public static string? FindProblem(Snapshot snapshot) => Problems(snapshot).FirstOrDefault();

    /// <summary>Everything that is wrong, in the order of the resources.</summary>
    public static IEnumerable<string> Problems(Snapshot snapshot)
    {
        var all = snapshot.Resources.Select(resource => resource.Urn).ToHashSet();
        var seen = new HashSet<Urn>();
        var living = new HashSet<Urn>();
        var providers = new HashSet<ProviderReference>();
        if (ForgedManifest(snapshot) is { } forged)
        {
            yield return forged;
        }

        foreach (var resource in snapshot.Resources)
        {
            if (resource is { Custom: false, Id: not null })
            {
                yield return $"resource {resource.Urn} is a component ('custom' is false), but has an id";
            }

            foreach (var (dependency, role) in References(resource))
            {
                if (!seen.Contains(dependency))
                {
                    yield return all.Contains(dependency)
                        ? $"resource {resource.Urn} needs {dependency} ({role}), which is not listed before it"
                        : $"resource {resource.Urn} needs {dependency} ({role}), which is missing";
                }
            }

            if (resource is { Provider: { } text, PendingReplacement: false }
                && ProviderProblem(resource, text, providers) is { } problem)
            {
                yield return problem;
            }

            if (!resource.Delete && !living.Add(resource.Urn))
            {
                yield return $"resource {resource.Urn} is listed twice";
            }

            seen.Add(resource.Urn);
            if (ProviderReference.IsProviderType(resource.Type) && resource.Id is { } id)
            {
                providers.Add(new ProviderReference(resource.Urn, id));
            }
        }
    }

    private static IEnumerable<(Urn Urn, string Role)> References(ResourceState resource)
    {
        if (resource.Parent is { } parent)
        {
            yield return (parent, "its parent");
        }

        foreach (var dependency in resource.Dependencies)
        {
            yield return (dependency, "a dependency");
        }

        foreach (var (property, urns) in resource.PropertyDependencies)
        {
            foreach (var urn in urns)
            {
                yield return (urn, $"a dependency of '{property}'");
            }
        }

        if (resource.DeletedWith is { } owner)
        {
            yield return (owner, "what it is deleted with");
        }

        foreach (var urn in resource.ReplaceWith)
        {
            yield return (urn, "what it is replaced with");
        }
    }

    private static string? ProviderProblem(ResourceState resource, string text, HashSet<ProviderReference> providers) =>
        !ProviderReference.TryParse(text, out var reference) ? $"resource {resource.Urn} names '{text}' as its provider, which is not a provider's URN and id"
        : !providers.Contains(reference) ? $"resource {resource.Urn} needs the provider {reference}, which is not listed before it"
        : null;

    // The CLI signs the version that wrote a state; a signature that does not match tells of a file that was put together wrongly.
    private static string? ForgedManifest(Snapshot snapshot) => snapshot.Manifest is { } manifest && Text(manifest, "magic") != Snapshot.MagicOf(Text(manifest, "version"))
        ? "the manifest's 'magic' does not belong to its 'version': the file was changed by something else than an engine"
        : null;

    private static string Text(JsonObject manifest, string name) => manifest[name]?.GetValue<string>() ?? "";
}
