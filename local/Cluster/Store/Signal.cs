namespace Scalelab.Cluster.Store;

/// <summary>
/// Wakes everyone who waits. A waiter takes <see cref="Next"/> before it looks at the shared state, then looks, then awaits: so no
/// change falls between looking and waiting. (A condition variable would not go together with cancellation.)
/// </summary>
internal sealed class Signal
{
    private TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next <see cref="Raise"/>.</summary>
    public Task Next => Volatile.Read(ref _source).Task;

    public void Raise() => Interlocked.Exchange(ref _source, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
