using System.Collections.Immutable;
using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>
/// Looks at what every resource really is and takes it into the state: what changed behind the program's back, the next comparison with the
/// program sees; what is gone is created anew by the next update.
/// </summary>
internal sealed class Refresh(ProviderRegistry providers, UpdateControl control, EventStream events, SecretMask mask, Targets targets, TimeProvider time)
{
    /// <summary>The state as it should have been. A resource that cannot be looked at stays as it was, and the update stops.</summary>
    public async Task<Snapshot> RunAsync(Snapshot snapshot)
    {
        foreach (var provider in snapshot.Resources.Where(resource => ProviderReference.IsProviderType(resource.Type) && resource is { Id: not null, Delete: false }))
        {
            var reference = new ProviderReference(provider.Urn, provider.Id!);
            _ = providers.Find(reference) ?? providers.Configure(reference, provider.Inputs);
        }

        var looks = snapshot.Resources.Select(resource => LookAsync(resource)).ToArray();
        var seen = await Task.WhenAll(looks);
        var gone = snapshot.Resources.Where((_, i) => seen[i] is null).Select(resource => resource.Urn).ToHashSet();
        return gone.Count == 0
            ? snapshot with { Resources = [.. seen.OfType<ResourceState>()] }
            : snapshot with { Resources = [.. seen.OfType<ResourceState>().Select(resource => Without(resource, gone))] };
    }

    // Null when it is gone.
    private async Task<ResourceState?> LookAsync(ResourceState old)
    {
        if (!IsReal(old) || FindProvider(old) is not { } provider || !provider.CanRefresh(old.Urn))
        {
            return old;
        }

        try
        {
            return await control.WorkAsync(old.Urn, () => control.CallAsync(cancellationToken => ReadAsync(provider, old, cancellationToken)));
        }
        catch (UpdateStoppedException)
        {
            // It has been told; what cannot be looked at is as it was.
            return old;
        }
    }

    private async Task<ResourceState?> ReadAsync(IProvider provider, ResourceState old, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var read = await provider.ReadAsync(new ReadRequest(old.Urn, old.Id!, old.Inputs.Revealed) { Outputs = old.Outputs.Revealed }, cancellationToken);
        if (read is null)
        {
            Report(StepKind.Forget, old, state: null, [], started);
            return null;
        }

        var inputs = read.Inputs is null || old.External ? old.Inputs : SecretMarks.Copy(old.Inputs, read.Inputs);
        var outputs = SecretMarks.OfOutputs(inputs, read.Outputs, old.AdditionalSecretOutputs);
        mask.Add(inputs);
        mask.Add(outputs);
        var state = old with { Id = read.Id, Inputs = inputs, Outputs = outputs };
        if (state.SameAs(old))
        {
            Report(StepKind.Same, old, old, [], started);
            return old;
        }

        var differences = read.Inputs is null ? PropertyDiff.Compare(old.Outputs, outputs) : PropertyDiff.Compare(old.Inputs, inputs);
        Report(differences.Count > 0 ? StepKind.Refresh : StepKind.Same, old, state, [.. differences.Select(difference => PropertyDiff.Describe(difference, forcesReplacement: false))], started);
        return state with { Modified = time.GetUtcNow() };
    }

    private void Report(StepKind kind, ResourceState old, ResourceState? state, IReadOnlyList<PropertyChange> changes, long started)
    {
        // That nothing changed, the update itself tells again.
        if (kind == StepKind.Same && !ReportsUnchanged)
        {
            return;
        }

        var step = new Step(kind, old.Urn, old.Parent, old.Id, changes) { Old = new ResourceView(old), New = state is null ? null : new ResourceView(state) };
        events.Report(new StepStarted(step));
        events.Report(new StepSucceeded(step, time.GetElapsedTime(started)));
    }

    /// <summary>Whether resources that are as they were are told too.</summary>
    public bool ReportsUnchanged { get; init; }

    private bool IsReal(ResourceState resource) =>
        resource is { Custom: true, PendingReplacement: false, Delete: false, Id.Length: > 0 }
        && !ProviderReference.IsProviderType(resource.Type)
        && (!targets.AreConfined || targets.Include(resource.Urn, []));

    private IProvider? FindProvider(ResourceState resource) =>
        ProviderReference.TryParse(resource.Provider, out var reference) ? providers.Find(reference) : null;

    // What is left must not refer to what is gone; a child without its parent belongs to the stack's root until the program says otherwise.
    private static ResourceState Without(ResourceState resource, HashSet<Urn> gone) => !resource.AllDependencies.Any(gone.Contains)
        ? resource
        : resource with
        {
            Parent = resource.Parent is { } parent && gone.Contains(parent) ? null : resource.Parent,
            DeletedWith = resource.DeletedWith is { } owner && gone.Contains(owner) ? null : resource.DeletedWith,
            Dependencies = [.. resource.Dependencies.Where(urn => !gone.Contains(urn))],
            ReplaceWith = [.. resource.ReplaceWith.Where(urn => !gone.Contains(urn))],
            PropertyDependencies = resource.PropertyDependencies
                .ToImmutableSortedDictionary(dependency => dependency.Key, dependency => dependency.Value.Where(urn => !gone.Contains(urn)).ToImmutableArray(), StringComparer.Ordinal),
        };
}
