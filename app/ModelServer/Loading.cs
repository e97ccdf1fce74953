using System.Runtime.ExceptionServices;

namespace Scalelab.ModelServer;

/// <summary>Something that is made on a thread of its own while the start goes on, and waited for when it is needed.</summary>
internal sealed class Loading<T>
{
    private readonly Thread _thread;
    private T _result = default!;
    private ExceptionDispatchInfo? _failure;

    public Loading(Func<T> load)
    {
        _thread = new Thread(() =>
        {
            try
            {
                _result = load();
            }
            catch (Exception exception)
            {
                // Thrown where the result is wanted.
                _failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        { Name = "loading" };
        _thread.Start();
    }

    /// <summary>What was made, once it is; what went wrong is thrown here.</summary>
    public T Result
    {
        get
        {
            _thread.Join();
            _failure?.Throw();
            return _result;
        }
    }
}
