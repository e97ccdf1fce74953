namespace Scalelab.ModelServer.Models.Sources.Http;

/// <summary>A transfer broke in a way that trying again may mend.</summary>
internal sealed class TransferException(string message, TimeSpan? retryAfter = null, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>How long the server asks to wait; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
