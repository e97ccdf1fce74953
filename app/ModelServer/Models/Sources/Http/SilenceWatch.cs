namespace Scalelab.ModelServer.Models.Sources.Http;

/// <summary>Bounds how long a server may say nothing: its token is cancelled when nothing was heard for the given time.</summary>
internal sealed class SilenceWatch : IDisposable
{
    private readonly TimeSpan _silence;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _both;

    public SilenceWatch(TimeSpan silence, TimeProvider time, CancellationToken cancellationToken)
    {
        _silence = silence;
        _deadline = new CancellationTokenSource(silence, time);
        _both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _deadline.Token);
    }

    public CancellationToken Token => _both.Token;

    /// <summary>Something came: the time starts anew.</summary>
    public void Heard() => _deadline.CancelAfter(_silence);

    public void Dispose()
    {
        _both.Dispose();
        _deadline.Dispose();
    }
}
