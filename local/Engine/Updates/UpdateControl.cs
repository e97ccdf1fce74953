using Scalelab.Engine.Providers;

namespace Scalelab.Engine.Updates;

/// <summary>
/// Lets operations run while all goes well, a bounded number at a time. After the first failure, unless the
/// update goes on after errors, or when the user cancels, none begins any more and those that run are waited for.
/// </summary>
internal sealed class UpdateControl : IDisposable
{
    private readonly EventStream _events;
    private readonly bool _continueOnError;
    private readonly SemaphoreSlim _parallel;
    private readonly CancellationTokenSource _stopping;
    private readonly Task _prerequisite;
    private readonly Lock _lock = new();
    private TaskCompletionSource _idle = Completed();
    private int _active;
    private bool _failed;

    /// <param name="events">Gets the failures.</param>
    /// <param name="parallel">How many operations run at a time.</param>
    /// <param name="cancelled">The user's.</param>
    /// <param name="continueOnError">Whether a failure stops only what depends on it.</param>
    /// <param name="prerequisite">What no request is worked on before; when it fails, the update does. Null: nothing.</param>
    public UpdateControl(EventStream events, int parallel, CancellationToken cancelled, bool continueOnError = false, Task? prerequisite = null)
    {
        _events = events;
        _continueOnError = continueOnError;
        _parallel = new SemaphoreSlim(parallel);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        Cancelled = cancelled;
        _prerequisite = prerequisite is null ? Task.CompletedTask : MeetAsync(prerequisite);
    }

    /// <summary>The user's: operations that run are asked to wind up.</summary>
    public CancellationToken Cancelled { get; }

    /// <summary>Nothing begins any more.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public bool Succeeded
    {
        get
        {
            lock (_lock)
            {
                return !_failed && !Cancelled.IsCancellationRequested;
            }
        }
    }

    /// <summary>Whether the update goes on with what does not depend on what failed.</summary>
    public bool GoesOnAfterErrors => _continueOnError && !Stopping.IsCancellationRequested;

    /// <summary>Completes whenever no request of the program and no deletion is being worked on.</summary>
    public Task IdleAsync()
    {
        lock (_lock)
        {
            return _idle.Task;
        }
    }

    /// <summary>Works on one request. Its failure is reported and stops the update.</summary>
    /// <exception cref="UpdateStoppedException">It failed, or the update had stopped before.</exception>
    public async Task<T> WorkAsync<T>(Urn? urn, Func<Task<T>> work)
    {
        Enter();
        try
        {
            await _prerequisite.WaitAsync(Stopping);
            ThrowIfStopping();
            return await work();
        }
        catch (UpdateStoppedException)
        {
            throw;
        }
        catch (Exception e) when (IsStop(e))
        {
            throw new UpdateStoppedException("The update was cancelled.");
        }
        catch (Exception e)
        {
            var message = Describe(e);
            _events.Error(message, urn);
            Fail();
            throw new UpdateStoppedException(message);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Calls a provider when there is room for one more operation.</summary>
    public async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call)
    {
        await _parallel.WaitAsync(Stopping);
        try
        {
            ThrowIfStopping();
            return await call(Cancelled);
        }
        finally
        {
            _parallel.Release();
        }
    }

    public void ThrowIfStopping()
    {
        if (Stopping.IsCancellationRequested)
        {
            throw new UpdateStoppedException("The update is stopping.");
        }
    }

    /// <summary>A resource failed, which was reported.</summary>
    public void Fail()
    {
        if (!_continueOnError)
        {
            Abort();
            return;
        }

        lock (_lock)
        {
            _failed = true;
        }
    }

    /// <summary>The update as a whole failed, which was reported: nothing begins any more.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            _failed = true;
        }

        _stopping.Cancel();
    }

    public bool IsStop(Exception exception) => exception is OperationCanceledException && Stopping.IsCancellationRequested;

    /// <summary>What to tell the user. An exception that nobody foresaw is told with its origin: it is a bug.</summary>
    public string Describe(Exception exception) => exception switch
    {
        EngineException or ProviderException or PartialFailureException => exception.Message,
        _ when IsStop(exception) => "cancelled while it was running; the next update finds out how far it came",
        _ => $"unexpected failure: {exception}",
    };

    public void Dispose()
    {
        _parallel.Dispose();
        _stopping.Dispose();
    }

    private async Task MeetAsync(Task prerequisite)
    {
        try
        {
            await prerequisite;
        }
        catch (Exception e)
        {
            if (!IsStop(e))
            {
                _events.Error(Describe(e));
            }

            Abort();
        }
    }

    private static TaskCompletionSource Completed()
    {
        var completed = new TaskCompletionSource();
        completed.SetResult();
        return completed;
    }

    private void Enter()
    {
        lock (_lock)
        {
            if (_active++ == 0)
            {
                _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_active == 0)
            {
                _idle.SetResult();
            }
        }
    }
}
