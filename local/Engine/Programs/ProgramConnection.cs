namespace Scalelab.Engine.Programs;

/// <summary>Knows whether the program has called, and for how long nothing was heard of it.</summary>
internal sealed class ProgramConnection(TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _lastHeard = time.GetTimestamp();
    private int _calls;
    private bool _hasCalled;

    public bool HasCalled
    {
        get
        {
            lock (_lock)
            {
                return _hasCalled;
            }
        }
    }

    /// <summary>Since the program started, was answered or printed something; zero while a call is being answered: then the program waits for the engine.</summary>
    public TimeSpan Silence
    {
        get
        {
            lock (_lock)
            {
                return _calls > 0 ? TimeSpan.Zero : time.GetElapsedTime(_lastHeard);
            }
        }
    }

    /// <summary>The program printed something.</summary>
    public void Heard()
    {
        lock (_lock)
        {
            _lastHeard = time.GetTimestamp();
        }
    }

    /// <summary>Answers a call of the program.</summary>
    public async Task<T> AnswerAsync<T>(Func<Task<T>> answer)
    {
        lock (_lock)
        {
            _hasCalled = true;
            _calls++;
        }

        try
        {
            return await answer();
        }
        finally
        {
            lock (_lock)
            {
                _calls--;
                _lastHeard = time.GetTimestamp();
            }
        }
    }
}
