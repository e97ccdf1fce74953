using Microsoft.Net.Http.Headers;
using Scalelab.ModelServer.Admission;

namespace Scalelab.ModelServer.Protocols;

/// <summary>Reads the bodies of the protocols' requests: at most so many bytes, in at most so much time, in memory that is accounted for.</summary>
/// <param name="budget">Where the memory is accounted for.</param>
/// <param name="limit">Most bytes of one body.</param>
/// <param name="time">Clock of the time limit.</param>
internal sealed class RequestBodies(MemoryBudget budget, int limit, TimeProvider time)
{
    /// <summary>How long a body may take to arrive: senders that trickle would hold their memory for hours.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    // What command-line tools say of JSON when they are not told: curl's default, hey's default, Triton's clients.
    private static readonly string[] Accepted =
        ["application/json", "text/json", "text/plain", "text/html", "application/x-www-form-urlencoded", "application/octet-stream", "application/vnd.sagemaker-triton.binary+json"];

    /// <summary>Most bytes of one body.</summary>
    public int Limit => limit;

    /// <summary>Where memory for tensors is accounted for.</summary>
    public MemoryBudget Budget => budget;

    /// <summary>Reads the whole body.</summary>
    /// <exception cref="RequestException">Empty (400), too slow (408), too large (413), of another content type (415), or no memory is left (503).</exception>
    public async Task<PooledBody> ReadAsync(HttpContext context)
    {
        CheckType(context.Request.ContentType);
        var body = await ReadAsync(context.Request.Body, context.Request.ContentLength, limit, TooLarge, context.RequestAborted);
        if (body.Bytes.IsEmpty)
        {
            body.Dispose();
            throw RequestException.Bad("The request has no body.", "Send JSON.");
        }
        return body;
    }

    /// <summary>Reads a body, or a part of one, of any type.</summary>
    /// <exception cref="RequestException">Too slow (408), too large, or no memory is left (503).</exception>
    public async Task<PooledBody> ReadAsync(Stream stream, long? length, int most, Func<RequestException> tooLarge, CancellationToken aborted)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, aborted);
        try
        {
            return await PooledBody.ReadAsync(stream, length, most, tooLarge, budget, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            throw new RequestException(
                StatusCodes.Status408RequestTimeout, $"The body did not arrive within {Patience.TotalSeconds:0} seconds.", "Send it faster, or send less.");
        }
    }

    private static void CheckType(string? type)
    {
        if (string.IsNullOrEmpty(type))
        {
            return;
        }
        if (!MediaTypeHeaderValue.TryParse(type, out var parsed) || !Accepted.Contains(parsed.MediaType.ToString(), StringComparer.OrdinalIgnoreCase))
        {
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, $"The body is not taken as {Printable.Cut(type)}.", "Send JSON as application/json.");
        }
    }

    private RequestException TooLarge() => new(
        StatusCodes.Status413PayloadTooLarge, $"The body is larger than {limit / (1024.0 * 1024.0):0.##} MiB.", "Send less at once; MAX_BODY_MIB sets the server's limit.");
}
