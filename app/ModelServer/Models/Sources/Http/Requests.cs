namespace Scalelab.ModelServer.Models.Sources.Http;

/// <summary>Sends requests whose answers have to begin in time.</summary>
/// <param name="silence">How long a server may take to begin.</param>
/// <param name="time">Clock of that.</param>
internal sealed class Requests(TimeSpan silence, TimeProvider time)
{
    /// <summary>Sends a request in the way of a file's source; returns when the headers are there.</summary>
    /// <exception cref="TransferException">They did not come in time.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        using var watch = new SilenceWatch(silence, time, cancellationToken);
        try
        {
            return await send(request, watch.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransferException($"{request.RequestUri?.Authority} did not answer within {silence.TotalSeconds:0.#} seconds.", inner: exception);
        }
    }
}
