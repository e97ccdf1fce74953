using Scalelab.Engine.Events;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers;
using Scalelab.Engine.Secrets;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>
/// Carries single operations out: writes down what begins, calls the provider, writes down what came of it, and reports all of it. In a
/// preview the provider foretells and nothing is written. Resources without a provider exist in the state only.
/// </summary>
internal sealed class Operations(bool preview, Journal journal, UpdateControl control, EventStream events, SecretMask mask, TimeProvider time)
{
    /// <summary>Creates a resource.</summary>
    /// <param name="provider">Null for components.</param>
    /// <param name="desired">The resource, without id and outputs.</param>
    /// <param name="replaced">What it takes the place of, if anything.</param>
    /// <param name="deleteReplacedLater">Whether the replaced one still exists.</param>
    /// <param name="changes">What differs from the replaced one.</param>
    /// <param name="reason">Why it is replaced, where the changes do not say so.</param>
    public async Task<ResourceState> CreateAsync(
        IProvider? provider,
        ResourceState desired,
        ResourceState? replaced,
        bool deleteReplacedLater,
        IReadOnlyList<PropertyChange> changes,
        string? reason = null)
    {
        var now = time.GetUtcNow();
        desired = desired with { Created = now, Modified = now };
        if (provider is null)
        {
            var component = desired with { Outputs = PropertyMap.Empty };
            return await RunAsync(StepOf(deleteReplacedLater ? StepKind.Replace : StepKind.Create, old: null, component, []), async () =>
            {
                await (deleteReplacedLater ? journal.ReplaceAsync(operation: null, replaced!, component) : journal.SetAsync(operation: null, replaced, component));
                return component;
            });
        }

        var step = StepOf(replaced is { External: false } ? StepKind.Replace : StepKind.Create, replaced, desired, changes) with { ReplaceReason = reason };
        return await RunAsync(step, () => control.CallAsync(async cancellationToken =>
        {
            var operation = await journal.BeginAsync(desired, OperationType.Creating);
            try
            {
                var created = await provider.CreateAsync(new CreateRequest(desired.Urn, desired.Inputs.Revealed, desired.CustomTimeouts?.Create, preview), cancellationToken);
                return await RecordAsync(WithOutputs(desired, created.Id, created.Outputs));
            }
            catch (PartialFailureException e)
            {
                await RecordAsync(WithOutputs(desired, e.Id, e.Outputs) with { InitErrors = [.. e.Reasons.Select(mask.Apply)] });
                throw;
            }
            catch (Exception e) when (!control.IsStop(e))
            {
                await journal.AbandonAsync(operation);
                throw;
            }

            async Task<ResourceState> RecordAsync(ResourceState state)
            {
                await (deleteReplacedLater ? journal.ReplaceAsync(operation, replaced!, state) : journal.SetAsync(operation, replaced, state));
                return state;
            }
        }));
    }

    public async Task<ResourceState> UpdateAsync(IProvider? provider, ResourceState old, ResourceState desired, IReadOnlyList<PropertyPath> ignoreChanges, IReadOnlyList<PropertyChange> changes)
    {
        desired = desired with { Modified = time.GetUtcNow() };
        if (provider is null)
        {
            return await RunAsync(StepOf(StepKind.Update, old, desired, changes), async () =>
            {
                await journal.SetAsync(operation: null, old, desired);
                return desired;
            });
        }

        return await RunAsync(StepOf(StepKind.Update, old, desired, changes), () => control.CallAsync(async cancellationToken =>
        {
            var operation = await journal.BeginAsync(desired, OperationType.Updating);
            try
            {
                var outputs = await provider.UpdateAsync(
                    new UpdateRequest(
                        desired.Urn, old.Id!, old.Inputs.Revealed, old.Outputs.Revealed, desired.Inputs.Revealed, ignoreChanges, desired.CustomTimeouts?.Update, preview),
                    cancellationToken);
                return await RecordAsync(WithOutputs(desired, old.Id!, outputs));
            }
            catch (PartialFailureException e)
            {
                await RecordAsync(WithOutputs(desired, e.Id, e.Outputs) with { InitErrors = [.. e.Reasons.Select(mask.Apply)] });
                throw;
            }
            catch (Exception e) when (!control.IsStop(e))
            {
                await journal.AbandonAsync(operation);
                throw;
            }

            async Task<ResourceState> RecordAsync(ResourceState state)
            {
                await journal.SetAsync(operation, old, state);
                return state;
            }
        }));
    }

    public Task<ResourceState> KeepAsync(ResourceState old, ResourceState desired) => RunAsync(StepOf(StepKind.Same, old, desired, []), () =>
    {
        var outputs = SecretMarks.OfOutputs(desired.Inputs, old.Outputs, desired.AdditionalSecretOutputs);
        var state = desired with { Outputs = outputs };
        journal.Keep(old, state);
        return Task.FromResult(state);
    });

    /// <summary>Takes over a resource that exists already.</summary>
    /// <param name="provider">Knows it.</param>
    /// <param name="replaced">What it takes the place of, and what is deleted later; null for nothing.</param>
    /// <param name="desired">The resource, with the id under which it exists.</param>
    /// <param name="examine">Sees what was found before it is recorded. Refuses it by an error, or returns the record that the state has of it under another name.</param>
    public Task<ResourceState> ImportAsync(IProvider provider, ResourceState? replaced, ResourceState desired, Func<ResourceState, Task<ResourceState?>> examine) =>
        RunAsync(StepOf(StepKind.Import, replaced, desired, []), async () =>
        {
            var read = await control.CallAsync(cancellationToken => provider.ReadAsync(new ReadRequest(desired.Urn, desired.Id!, PropertyMap.Empty), cancellationToken))
                ?? throw new ProviderException($"{desired.Type} with the id '{desired.Id}' does not exist and cannot be imported as '{desired.Urn.Name}'. Correct the option 'ImportId', or remove it to create the resource.");
            var inputs = read.Inputs ?? throw new ProviderException($"{desired.Type} cannot be imported: its provider does not say which inputs an existing one has.");
            var now = time.GetUtcNow();
            var state = WithOutputs(desired with { Inputs = SecretMarks.Copy(desired.Inputs, inputs) }, read.Id, read.Outputs) with { Created = now, Modified = now };
            await journal.ImportAsync(replaced, await examine(state), state);
            return state;
        });

    public Task<ResourceState> ReadAsync(IProvider provider, ResourceState? old, ResourceState desired) =>
        RunAsync(StepOf(StepKind.Read, old, desired, []), () => control.CallAsync(async cancellationToken =>
        {
            var read = await provider.ReadAsync(new ReadRequest(desired.Urn, desired.Id!, desired.Inputs.Revealed) { Outputs = old?.Outputs.Revealed ?? PropertyMap.Empty }, cancellationToken)
                ?? throw new ProviderException($"{desired.Type} with the id '{desired.Id}' does not exist. Check the id given to Get for '{desired.Urn.Name}'.");
            var state = WithOutputs(desired, read.Id, read.Outputs);
            if (old is { External: false } && old.Id != state.Id)
            {
                // The one that was managed under this name is another one: it goes at the end.
                await journal.ReplaceAsync(operation: null, old, state with { Created = time.GetUtcNow(), Modified = time.GetUtcNow() });
            }
            else if (old is not null)
            {
                journal.Keep(old, state with { Created = old.Created, Modified = old.Modified });
            }
            else
            {
                await journal.SetAsync(operation: null, old: null, state with { Created = time.GetUtcNow(), Modified = time.GetUtcNow() });
            }

            return state;
        }));

    /// <summary>Deletes the old half of a replacement before the new one is created; its record waits for that.</summary>
    /// <param name="provider">Made it.</param>
    /// <param name="old">What goes.</param>
    /// <param name="goesAlong">Whether it goes with what it belongs to, without a deletion of its own.</param>
    public Task<ResourceState> DeleteBeforeReplaceAsync(IProvider provider, ResourceState old, bool goesAlong) =>
        RunAsync(StepOf(StepKind.DeleteReplaced, old, desired: null, []), () => control.CallAsync(async cancellationToken =>
        {
            var operation = await journal.BeginAsync(old, OperationType.Deleting);
            await DeleteRealAsync(provider, old, goesAlong, operation, cancellationToken);
            return await journal.AwaitReplacementAsync(operation, old);
        }));

    /// <param name="provider">Made it; null for components.</param>
    /// <param name="old">What goes.</param>
    /// <param name="goesAlong">Whether it goes with what it belongs to, without a deletion of its own.</param>
    public Task<bool> DeleteAsync(IProvider? provider, ResourceState old, bool goesAlong)
    {
        var step = StepOf(old.Delete ? StepKind.DeleteReplaced : StepKind.Delete, old, desired: null, []);
        if (provider is null)
        {
            return RunAsync(step, async () =>
            {
                await journal.RemoveAsync(operation: null, old);
                return true;
            });
        }

        return RunAsync(step, () => control.CallAsync(async cancellationToken =>
        {
            var operation = await journal.BeginAsync(old, OperationType.Deleting);
            await DeleteRealAsync(provider, old, goesAlong, operation, cancellationToken);
            await journal.RemoveAsync(operation, old);
            return true;
        }));
    }

    private static Step StepOf(StepKind kind, ResourceState? old, ResourceState? desired, IReadOnlyList<PropertyChange> changes)
    {
        var state = (desired ?? old)!;
        return new Step(kind, state.Urn, state.Parent, IdOf(state), changes)
        {
            Old = old is null ? null : new ResourceView(old),
            New = desired is null ? null : new ResourceView(desired),
        };
    }

    private static string? IdOf(ResourceState state) => state.Id is { Length: > 0 } and not Signatures.Unknown ? state.Id : null;

    private async Task DeleteRealAsync(IProvider provider, ResourceState old, bool goesAlong, PendingOperation operation, CancellationToken cancellationToken)
    {
        if (old.RetainOnDelete || goesAlong || preview)
        {
            return;
        }

        try
        {
            await provider.DeleteAsync(new DeleteRequest(old.Urn, old.Id!, old.Inputs.Revealed, old.Outputs.Revealed, old.CustomTimeouts?.Delete), cancellationToken);
        }
        catch (Exception e) when (!control.IsStop(e))
        {
            await journal.AbandonAsync(operation);
            throw;
        }
    }

    private ResourceState WithOutputs(ResourceState desired, string id, PropertyMap outputs)
    {
        var marked = SecretMarks.OfOutputs(desired.Inputs, outputs, desired.AdditionalSecretOutputs);
        mask.Add(marked);
        return desired with { Id = id, Outputs = marked, InitErrors = [], Taint = false };
    }

    // Providers that nobody declared are the engine's own business.
    private static bool IsReported(Step step) => !(ProviderReference.IsProviderType(step.Urn.Type) && step.Parent is null);

    private async Task<T> RunAsync<T>(Step step, Func<Task<T>> run)
    {
        if (!IsReported(step))
        {
            return await run();
        }

        var started = time.GetTimestamp();
        events.Report(new StepStarted(step));
        try
        {
            var result = await run();
            events.Report(new StepSucceeded(
                result is ResourceState state && step.New is not null ? step with { Id = IdOf(state) ?? step.Id, New = new ResourceView(state) } : step,
                time.GetElapsedTime(started)));
            return result;
        }
        catch (UpdateStoppedException)
        {
            // It waited for its turn when the update stopped: it neither ran nor failed.
            throw;
        }
        catch (Exception e)
        {
            var message = control.Describe(e);
            events.Report(new StepFailed(step, time.GetElapsedTime(started), message));
            events.Error(message, step.Urn);
            control.Fail();
            throw new UpdateStoppedException(message);
        }
    }
}
