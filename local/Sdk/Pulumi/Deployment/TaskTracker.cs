namespace Pulumi;

/// <summary>Everything a program set going and need not wait for itself: registrations, outputs, messages.</summary>
internal sealed class TaskTracker
{
    private readonly Lock _lock = new();
    private readonly List<Exception> _failures = [];
    private int _running;
    private TaskCompletionSource? _changed;

    public void Add(Task task)
    {
        lock (_lock)
        {
            _running++;
        }

        task.ContinueWith(
            static (done, tracker) => ((TaskTracker)tracker!).OnCompleted(done),
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Waits until nothing is running, or something failed: what failed so far, each failure once.</summary>
    public async Task<IReadOnlyList<Exception>> WaitAsync()
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_failures.Count > 0 || _running == 0)
                {
                    Exception[] failures = [.. _failures.Distinct()];
                    _failures.Clear();
                    return failures;
                }

                _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                changed = _changed.Task;
            }

            await changed.ConfigureAwait(false);
        }
    }

    private void OnCompleted(Task task)
    {
        lock (_lock)
        {
            _running--;
            if (task.Exception != null)
            {
                _failures.AddRange(task.Exception.InnerExceptions);
            }
            else if (task.IsCanceled)
            {
                _failures.Add(new TaskCanceledException(task));
            }

            if (_running == 0 || _failures.Count > 0)
            {
                _changed?.SetResult();
                _changed = null;
            }
        }
    }
}
