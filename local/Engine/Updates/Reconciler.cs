using System.Collections.Immutable;
using Scalelab.Engine.Events;
using Scalelab.Engine.Policies;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>Makes one resource what the program wants: has the provider compare, and decides between same, create, update, replace and import.</summary>
internal sealed class Reconciler(
    bool preview,
    Registrations registrations,
    ProviderRegistry configured,
    ProviderSelection selection,
    PolicyHost policies,
    Replacements replacements,
    Operations operations,
    UpdateControl control,
    EventStream events,
    Targets targets)
{
    // By this name, 'replaceOnChanges' can ask for a replacement of what did not become ready.
    private static readonly PropertyPath InitError = PropertyPath.Root.Append("#initerror");

    /// <summary>The record of a resource as the program wants it.</summary>
    /// <param name="goal">What the program wants.</param>
    /// <param name="entry">Its name, and the record that it goes on from.</param>
    /// <param name="inputs">As checked.</param>
    /// <param name="provider">What manages it; null for components.</param>
    public static ResourceState Desired(Goal goal, Entry entry, PropertyMap inputs, ProviderReference? provider) => new()
    {
        Urn = entry.Urn,
        Custom = goal.Custom,
        Id = entry.Old?.Id,
        Inputs = inputs,
        Outputs = entry.Old?.Outputs ?? PropertyMap.Empty,
        Parent = entry.Parent,
        Protect = goal.Protect,
        Dependencies = goal.Dependencies,
        Provider = provider?.ToString(),
        PropertyDependencies = goal.PropertyDependencies,
        AdditionalSecretOutputs = goal.AdditionalSecretOutputs,
        CustomTimeouts = goal.CustomTimeouts,
        RetainOnDelete = goal.RetainOnDelete,
        ImportId = goal.ImportId,
        DeletedWith = goal.DeletedWith,
        ReplaceWith = goal.ReplaceWith,
        ReplacementTrigger = goal.ReplacementTrigger,
        IgnoreChanges = [.. goal.IgnoreChanges.Select(path => path.ToString())],
        ReplaceOnChanges = [.. goal.ReplaceOnChanges.Select(path => path.ToString())],
        Created = entry.Old?.Created,
        Modified = entry.Old?.Modified,
        Extra = entry.Old?.Extra,
    };

    /// <param name="goal">What the program wants.</param>
    /// <param name="entry">Its name, and what the previous state holds.</param>
    /// <param name="provider">What shall manage it; null for components.</param>
    /// <param name="reference">The same, as the state names it; null also for providers.</param>
    public async Task<ResourceState> ReconcileAsync(Goal goal, Entry entry, IProvider? provider, ProviderReference? reference)
    {
        if (!preview && goal.ReplacementTrigger is { ContainsUnknowns: true })
        {
            throw new EngineException($"'{goal.Name}' ({goal.Type}): its 'replacementTrigger' is not known even while it is updated. Make it depend on what this update knows.");
        }

        if (provider is null)
        {
            return await ReconcileComponentAsync(goal, entry);
        }

        if (entry.Old is { Custom: false })
        {
            return await CreateAsync(goal, entry, provider, reference, replaced: entry.Old);
        }

        if (goal.ImportId is { } id && (entry.Old is null or { External: true } || (entry.Old.ImportId ?? entry.Old.Id) != id))
        {
            return await ImportAsync(goal, entry, provider, reference, id);
        }

        return entry.Old is null or { External: true }
            ? await CreateAsync(goal, entry, provider, reference, replaced: null)
            : await SettleAsync(goal, entry, provider, await CompareAsync(goal, entry, provider, reference, isImported: false));
    }

    private async Task<ResourceState> ReconcileComponentAsync(Goal goal, Entry entry)
    {
        goal = goal with { Inputs = await JudgeAsync(goal, entry, goal.Inputs, provider: null) };
        var desired = Desired(goal, entry, goal.Inputs, provider: null);
        if (entry.Old is not { Custom: false } old)
        {
            return await operations.CreateAsync(provider: null, desired with { Id = null, Outputs = PropertyMap.Empty }, entry.Old, deleteReplacedLater: entry.Old is { External: false }, []);
        }

        var changes = Changes(goal, old.Inputs, goal.Inputs, found: null, []);
        return old.Inputs.Revealed.Equals(goal.Inputs.Revealed)
            ? await operations.KeepAsync(old, desired)
            : await operations.UpdateAsync(provider: null, old, desired, [], changes);
    }

    private async Task<ResourceState> CreateAsync(Goal goal, Entry entry, IProvider provider, ProviderReference? reference, ResourceState? replaced)
    {
        var inputs = await JudgeAsync(goal, entry, await CheckAsync(provider, goal, entry.Urn, goal.Inputs, oldInputs: null), reference);
        var desired = Desired(goal, entry with { Old = null }, inputs, reference);
        return await operations.CreateAsync(provider, desired, replaced ?? entry.Old, deleteReplacedLater: replaced is not null, []);
    }

    // What would have to be replaced at once is not taken over: the state stays as it was.
    private async Task<ResourceState> ImportAsync(Goal goal, Entry entry, IProvider provider, ProviderReference? reference, string id)
    {
        goal = goal with { Inputs = await JudgeAsync(goal, entry, goal.Inputs, reference) };
        var wanted = Desired(goal, entry with { Old = null }, goal.Inputs, reference) with { Id = id };
        Comparison? comparison = null;
        var imported = await operations.ImportAsync(provider, entry.Old is { External: false } ? entry.Old : null, wanted, async found =>
        {
            comparison = await CompareAsync(goal, entry with { Old = found }, provider, reference, isImported: true);
            if (comparison.IsReplacement)
            {
                RefuseReplacedImport(goal, comparison.Replacing);
            }

            return registrations.TakeOver(found);
        });
        if (comparison!.IsReplacement)
        {
            return imported;
        }

        return comparison.Diff.HasChanges ? await SettleAsync(goal, entry with { Old = imported }, provider, comparison) : imported;
    }

    private async Task<Comparison> CompareAsync(Goal goal, Entry entry, IProvider provider, ProviderReference? reference, bool isImported)
    {
        var (urn, _, old, _) = entry;
        var cause = await CauseOfReplacementAsync(goal, urn, old!, reference);
        var wanted = goal.IgnoreChanges.Aggregate(goal.Inputs, (inputs, path) => (PropertyMap)path.Overwrite(inputs, old!.Inputs));
        var inputs = await CheckAsync(provider, goal, urn, wanted, old!.PendingReplacement ? null : old.Inputs);
        if (!isImported)
        {
            var judged = await JudgeAsync(goal, entry, inputs, reference);
            // Checked once more for a replacement, what policies mended stays mended.
            wanted = judged.Equals(inputs) ? wanted : judged;
            inputs = judged;
        }

        var diff = await control.CallAsync(cancellationToken => provider.DiffAsync(
            new DiffRequest(urn, old.Id ?? "", old.Inputs.Revealed, old.Outputs.Revealed, inputs.Revealed) { IgnoreChanges = goal.IgnoreChanges },
            cancellationToken));
        return new Comparison(cause, wanted, Desired(goal, entry, inputs, reference), diff, [.. diff.ReplacePaths, .. diff.HasChanges ? ReplaceOnChanges(goal, old.Inputs, inputs) : []]);
    }

    private async Task<ResourceState> SettleAsync(Goal goal, Entry entry, IProvider provider, Comparison comparison)
    {
        var (old, urn, desired, diff) = (entry.Old!, entry.Urn, comparison.Desired, comparison.Diff);
        if (comparison.IsReplacement)
        {
            RefuseReplacedImport(goal, comparison.Replacing);
            registrations.MarkReplaced(urn);
            var fresh = await CheckAsync(provider, goal, urn, comparison.Wanted, oldInputs: null);
            // Checked anew, the inputs may hold another name than those that the provider compared.
            var found = fresh.Equals(desired.Inputs) ? diff.Differences : null;
            return await replacements.ReplaceAsync(
                provider, old, desired with { Inputs = fresh }, goal.DeleteBeforeReplace ?? diff.DeleteBeforeReplace, Changes(goal, old.Inputs, fresh, found, comparison.Replacing), comparison.Cause);
        }

        if (diff.HasChanges || !old.InitErrors.IsEmpty)
        {
            return await operations.UpdateAsync(provider, old, desired, goal.IgnoreChanges, Changes(goal, old.Inputs, desired.Inputs, diff.Differences, []));
        }

        if (ProviderReference.IsProviderType(goal.Type) && configured.Find(new ProviderReference(urn, old.Id!)) is null)
        {
            configured.Configure(new ProviderReference(urn, old.Id!), desired.Inputs);
        }

        return await operations.KeepAsync(old, desired);
    }

    /// <summary>Why the resource has to be replaced whatever its inputs are; null when they alone decide.</summary>
    private async Task<string?> CauseOfReplacementAsync(Goal goal, Urn urn, ResourceState old, ProviderReference? reference)
    {
        if (old.PendingReplacement)
        {
            return "it was deleted to be replaced";
        }

        if (old.Taint)
        {
            return "it was marked for replacement";
        }

        if (targets.Replace(urn))
        {
            return "its replacement was asked for";
        }

        if (goal.ReplaceWith.Where(registrations.IsReplaced).Select(other => (Urn?)other).FirstOrDefault() is { } companion)
        {
            return $"'{companion.Name}' is replaced, and this one with it";
        }

        if (goal.DeletedWith is { } owner && registrations.IsReplaced(owner))
        {
            return $"'{owner.Name}' is replaced, and this one is deleted with it";
        }

        if (IsTriggered(goal.ReplacementTrigger, old.ReplacementTrigger))
        {
            return "its replacement trigger changed";
        }

        if (!old.InitErrors.IsEmpty && goal.ReplaceOnChanges.Any(path => path.Covers(InitError)))
        {
            return "it did not become ready";
        }

        return await IsElsewhereAsync(old, reference) ? "it belongs to another provider now" : null;
    }

    private static bool IsTriggered(PropertyValue? now, PropertyValue? before) =>
        now is { ContainsUnknowns: true } || (now is not (null or NullValue) && before is not (null or NullValue) && !now.Revealed.Equals(before.Revealed));

    // Another provider is another place only if the package says so of the two configurations.
    private async Task<bool> IsElsewhereAsync(ResourceState old, ProviderReference? now)
    {
        if (old.Provider == now?.ToString())
        {
            return false;
        }

        if (now is not { } reference || !ProviderReference.TryParse(old.Provider, out var before)
            || registrations.FindOld(before) is not { } previous || selection.Registered(reference) is not { } present)
        {
            return true;
        }

        var diff = await configured.DiffAsync(
            new DiffRequest(reference.Urn, reference.Id, previous.Inputs.Revealed, previous.Outputs.Revealed, present.Inputs.Revealed),
            control.Cancelled);
        return diff.ReplacePaths.Count > 0;
    }

    private void RefuseReplacedImport(Goal goal, ImmutableArray<PropertyPath> replacing)
    {
        if (goal.ImportId is null)
        {
            return;
        }

        var message = $"'{goal.Name}' ({goal.Type}) was imported and would now have to be replaced{(replacing.IsEmpty ? "" : $" (changed: {string.Join(", ", replacing)})")}. "
            + "Make its inputs what the imported resource has; or, if it shall be replaced, remove the option 'ImportId' first.";
        if (!preview)
        {
            throw new EngineException(message);
        }

        events.Warning(message);
    }

    private static PropertyPath[] ReplaceOnChanges(Goal goal, PropertyMap old, PropertyMap @new) => goal.ReplaceOnChanges.IsEmpty
        ? []
        : [.. PropertyDiff.Compare(old, @new).Select(difference => difference.Path).Where(path => goal.ReplaceOnChanges.Any(pattern => pattern.Touches(path)))];

    // What a provider found is in clear; what either side's inputs keep secret stays so.
    private static PropertyChange[] Changes(Goal goal, PropertyMap old, PropertyMap @new, IReadOnlyList<PropertyDifference>? found, ImmutableArray<PropertyPath> replacing) =>
    [
        .. (found?.Select(difference => Marked(difference, old, @new)) ?? PropertyDiff.Compare(old, @new))
            .Where(difference => !goal.HideDiffs.Any(path => path.Covers(difference.Path)))
            .Select(difference => PropertyDiff.Describe(difference, replacing.Any(path => path.Touches(difference.Path)))),
    ];

    private static PropertyDifference Marked(PropertyDifference difference, PropertyMap old, PropertyMap @new) => difference with
    {
        Old = SecretMarks.At(old, difference.Path, SecretMarks.At(@new, difference.Path, difference.Old)),
        New = SecretMarks.At(old, difference.Path, SecretMarks.At(@new, difference.Path, difference.New)),
    };

    private Task<PropertyMap> JudgeAsync(Goal goal, Entry entry, PropertyMap inputs, ProviderReference? provider) =>
        policies.ApplyAsync(new PolicySubject(goal, entry.Urn, entry.Parent, inputs, provider is { } reference ? selection.Registered(reference) : null));

    private async Task<PropertyMap> CheckAsync(IProvider provider, Goal goal, Urn urn, PropertyMap inputs, PropertyMap? oldInputs)
    {
        var result = await control.CallAsync(cancellationToken => provider.CheckAsync(new CheckRequest(urn, oldInputs?.Revealed, inputs.Revealed), cancellationToken));
        if (result.Failures.Count > 0)
        {
            throw new EngineException(string.Join(Environment.NewLine, result.Failures.Select(failure =>
                $"'{goal.Name}' ({goal.Type}): {(failure.Property.Length > 0 ? $"{failure.Property}: " : "")}{failure.Reason}")));
        }

        return SecretMarks.Copy(inputs, result.Inputs);
    }

    /// <summary>What a provider says of a resource that exists, against what the program wants.</summary>
    /// <param name="Cause">What asks for a replacement besides the inputs; null when nothing does.</param>
    /// <param name="Wanted">The inputs before they were checked.</param>
    /// <param name="Desired">The record, with the inputs as checked.</param>
    /// <param name="Diff">What differs.</param>
    /// <param name="Replacing">Which of it asks for a replacement.</param>
    private sealed record Comparison(string? Cause, PropertyMap Wanted, ResourceState Desired, DiffResult Diff, ImmutableArray<PropertyPath> Replacing)
    {
        public bool IsReplacement => Cause is not null || !Replacing.IsEmpty;
    }
}
