namespace Scalelab.EndToEnd.Fixtures;

/// <summary>Waits for what another process brings about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks until <paramref name="look"/> finds something.</summary>
    /// <param name="what">Completes the sentence "waited in vain for …".</param>
    /// <param name="look">Returns null while there is nothing.</param>
    /// <param name="deadline">How long; a step's by default.</param>
    /// <exception cref="TimeoutException">Nothing was there in time.</exception>
    public static async Task<T> FindsAsync<T>(string what, Func<CancellationToken, Task<T?>> look, TimeSpan? deadline = null)
        where T : class
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timer.CancelAfter(deadline ?? Deadline.Step);
        try
        {
            while (true)
            {
                if (await look(timer.Token) is { } found)
                {
                    return found;
                }

                await Task.Delay(Pause, TimeProvider.System, timer.Token);
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Waited {deadline ?? Deadline.Step} in vain for {what}.");
        }
    }

    /// <inheritdoc cref="FindsAsync{T}"/>
    public static Task HoldsAsync(string what, Func<CancellationToken, Task<bool>> holds, TimeSpan? deadline = null) =>
        FindsAsync(what, async cancellationToken => await holds(cancellationToken) ? what : null, deadline);
}
