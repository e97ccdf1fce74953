namespace Scalelab.EndToEnd.Fixtures;

/// <summary>Waits for what another process brings about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks until <paramref name="look"/> finds something.</summary>
    /// <param name="what">Completes the sentence "waited in vain for …".</param>
    /// <param name="look">Returns null while there is nothing.</param>
    /// <exception cref="TimeoutException">Nothing was there in time.</exception>
    public static async Task<T> FindsAsync<T>(string what, Func<CancellationToken, Task<T?>> look)
        where T : class
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timer.CancelAfter(Deadline.Step);
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
            throw new TimeoutException($"Waited {Deadline.Step} in vain for {what}.");
        }
    }

    /// <inheritdoc cref="FindsAsync{T}"/>
    public static Task HoldsAsync(string what, Func<CancellationToken, Task<bool>> holds) =>
        FindsAsync(what, async cancellationToken => await holds(cancellationToken) ? what : null);
}
