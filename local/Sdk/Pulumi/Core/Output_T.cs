using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Pulumi;

/// <summary>
/// A value that may only be known later: what a resource returns. It carries the resources it depends on, whether it is known while
/// previewing, and whether it is secret; <c>Apply</c> hands all three on.
/// </summary>
public sealed class Output<T> : IOutput
{
    internal Output(Task<OutputData<T>> dataTask)
    {
        DataTask = dataTask;

        // A callback that throws must fail the program even where nobody looks at its result.
        if (!dataTask.IsCompletedSuccessfully)
        {
            Deployment.Current?.Tasks.Add(dataTask);
        }
    }

    internal Output(OutputData<T> data)
        : this(Task.FromResult(data))
    {
    }

    internal Task<OutputData<T>> DataTask { get; }

    /// <summary>Waits for <paramref name="value"/>; known, not secret, without dependencies.</summary>
    [SuppressMessage("Design", "CA1000", Justification = "Pulumi's public API.")]
    public static Output<T> Create(Task<T> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new Output<T>(GetDataAsync());

        async Task<OutputData<T>> GetDataAsync()
            => OutputData<T>.Known(await value.ConfigureAwait(false));
    }

    /// <summary>Runs <paramref name="func"/> with the value once it is known; never while it is unknown.</summary>
    public Output<TResult> Apply<TResult>(Func<T, Output<TResult>?> func)
        => new(ApplyAsync(func));

    /// <inheritdoc cref="Apply{TResult}(Func{T, Output{TResult}?})"/>
    public Output<TResult> Apply<TResult>(Func<T, Input<TResult>?> func)
        => Apply(value => func(value).ToOutput());

    /// <inheritdoc cref="Apply{TResult}(Func{T, Output{TResult}?})"/>
    public Output<TResult> Apply<TResult>(Func<T, Task<TResult>> func)
        => Apply(value => Output.Create(func(value)));

    /// <inheritdoc cref="Apply{TResult}(Func{T, Output{TResult}?})"/>
    public Output<TResult> Apply<TResult>(Func<T, TResult> func)
        => Apply(value => Output.Create(func(value)));

    /// <inheritdoc cref="Apply{TResult}(Func{T, Output{TResult}?})"/>
    public Output<ValueTuple> Apply(Func<T, Task> func)
    {
        return Apply(value => Output.Create(RunAsync(value)));

        async Task<ValueTuple> RunAsync(T value)
        {
            await func(value).ConfigureAwait(false);
            return default;
        }
    }

    /// <summary>As <see cref="Apply{TResult}(Func{T, Output{TResult}?})"/>, for callers that do not know the type.</summary>
    public Output<TResult> UntypedApply<TResult>(Func<object?, Output<TResult>> func)
        => Apply(value => func(value));

    /// <summary>The text of an output is not its value: says so, in the log too, instead of printing a type's name.</summary>
    public override string ToString()
    {
        const string message =
            "An Output<T> has no text of its own: its value may not be known yet. "
            + "Use output.Apply(v => $\"prefix-{v}\") or Output.Format($\"prefix-{output}\") instead.";
        Deployment.Current?.Logger.Warn(message);
        return message;
    }

    internal async Task<T> GetValueAsync(T whenUnknown)
    {
        var data = await DataTask.ConfigureAwait(false);
        return data.IsKnown ? data.Value : whenUnknown;
    }

    internal Output<T> WithData(Func<OutputData<T>, OutputData<T>> change)
    {
        return new Output<T>(GetDataAsync());

        async Task<OutputData<T>> GetDataAsync()
            => change(await DataTask.ConfigureAwait(false));
    }

    async Task<OutputData<object?>> IOutput.GetDataAsync()
    {
        var data = await DataTask.ConfigureAwait(false);
        return data.With<object?>(data.Value);
    }

    private async Task<OutputData<TResult>> ApplyAsync<TResult>(Func<T, Output<TResult>?> func)
    {
        var data = await DataTask.ConfigureAwait(false);
        if (!data.IsKnown)
        {
            return data.With<TResult>(default!);
        }

        if (func(data.Value) is not { } inner)
        {
            return data.With<TResult>(default!);
        }

        var innerData = await inner.DataTask.ConfigureAwait(false);
        return new OutputData<TResult>(
            Union(data.Resources, innerData.Resources), innerData.Value, innerData.IsKnown, data.IsSecret || innerData.IsSecret);
    }

    private static ImmutableHashSet<Resource> Union(ImmutableHashSet<Resource> first, ImmutableHashSet<Resource> second)
        => first.IsEmpty ? second : first.Union(second);
}
