using Pulumirpc;

namespace Pulumi;

/// <summary>Sends messages to the engine, in the order they are given.</summary>
internal sealed class EngineLogger(IEngine engine, TaskTracker tasks)
{
    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;
    private volatile bool _hasErrors;

    /// <summary>Whether an error was shown: the program must not end as if it had succeeded.</summary>
    public bool HasErrors => _hasErrors;

    public void Warn(string message)
        => Log(LogSeverity.Warning, message);

    public void Log(LogSeverity severity, string message, Resource? resource = null, int? streamId = null, bool? ephemeral = null)
        => tasks.Add(LogAsync(severity, message, resource, streamId, ephemeral));

    /// <exception cref="LogException">The engine could not be reached.</exception>
    public async Task LogAsync(
        LogSeverity severity, string message, Resource? resource = null, int? streamId = null, bool? ephemeral = null)
    {
        if (severity == LogSeverity.Error)
        {
            _hasErrors = true;
        }

        var request = new LogRequest { Severity = severity, Message = message, StreamId = streamId ?? 0, Ephemeral = ephemeral ?? false };

        // Before the message takes its place in the order: a resource may take minutes to get its URN, and others must not wait for it.
        if (resource != null)
        {
            request.Urn = await TryGetUrnAsync(resource).ConfigureAwait(false);
        }

        Task sending;
        lock (_lock)
        {
            sending = _last = SendAfterAsync(_last, request);
        }

        await sending.ConfigureAwait(false);
    }

    // A resource that failed has no URN; its message is shown without one.
    private static async Task<string> TryGetUrnAsync(Resource resource)
    {
        var urn = resource.Urn.GetValueAsync(whenUnknown: "");
        await ((Task)urn).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return urn.IsCompletedSuccessfully ? await urn.ConfigureAwait(false) : "";
    }

    private async Task SendAfterAsync(Task previous, LogRequest request)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            await engine.LogAsync(request).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _hasErrors = true;
            throw new LogException(e);
        }
    }
}
