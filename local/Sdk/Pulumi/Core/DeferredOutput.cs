namespace Pulumi;

/// <summary>An output whose source is given afterwards, once.</summary>
public sealed class DeferredOutput<T>
{
    private readonly TaskCompletionSource<Output<T>> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DeferredOutput()
    {
        Output = new Output<T>(GetDataAsync());

        async Task<OutputData<T>> GetDataAsync()
        {
            var output = await _source.Task.ConfigureAwait(false);
            return await output.DataTask.ConfigureAwait(false);
        }
    }

    public Output<T> Output { get; }

    /// <exception cref="InvalidOperationException">It was given before.</exception>
    public void Resolve(Output<T> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!_source.TrySetResult(output))
        {
            throw new InvalidOperationException("A deferred output can only be resolved once.");
        }
    }
}
