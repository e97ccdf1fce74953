namespace Scalelab.ModelServer;

/// <summary>A request that cannot be answered with a success. The message says what is wrong, <see cref="Fix"/> how to mend it.</summary>
public class RequestException(int status, string message, string fix) : Exception(message)
{
    /// <summary>The HTTP status that answers it.</summary>
    public int Status { get; } = status;

    /// <summary>What the sender can do about it.</summary>
    public string Fix { get; } = fix;

    /// <summary>After how many seconds to try again; null where trying again helps nobody.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>A mistake in the request: 400.</summary>
    public static RequestException Bad(string message, string fix) => new(StatusCodes.Status400BadRequest, message, fix);
}
