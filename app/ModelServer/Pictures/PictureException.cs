namespace Scalelab.ModelServer.Pictures;

/// <summary>The sender's picture cannot be used. The message says what is wrong, <see cref="Fix"/> how to mend it.</summary>
public sealed class PictureException(int status, string message, string fix) : Exception(message)
{
    /// <summary>The HTTP status that answers it: always 4xx.</summary>
    public int Status { get; } = status;

    /// <summary>What the sender can do about it.</summary>
    public string Fix { get; } = fix;
}
