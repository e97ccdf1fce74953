using Renci.SshNet.Common;

namespace Scalelab.Engine.Providers.Command.Remote;

/// <summary>Bounds what is done over SSH, and says in its user's words what went wrong on the way.</summary>
internal static class SshWork
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(30);

    /// <param name="what">Completes "… did not end": <c>The command on node-0</c>.</param>
    /// <param name="timeout">Null: 30 minutes.</param>
    /// <param name="context">The clock.</param>
    /// <param name="work">Is given what ends it.</param>
    /// <param name="cancellationToken">Ends it too.</param>
    public static async Task<T> RunAsync<T>(string what, TimeSpan? timeout, ProviderContext context, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var limit = timeout ?? DefaultTimeout;
        using var timer = new CancellationTokenSource(limit, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested && timer.IsCancellationRequested)
        {
            throw new ProviderException($"{what} did not end within {limit}. Give it longer with customTimeouts, or look at why it hangs.", e);
        }
        catch (Exception e) when (e is SshException or IOException or System.Net.Sockets.SocketException && !cancellationToken.IsCancellationRequested)
        {
            throw new ProviderException($"{what} failed: {e.Message}", e);
        }
    }
}
