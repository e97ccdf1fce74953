namespace Scalelab.Engine;

/// <summary>
/// A failure that the user can mend: the message says what is wrong, where (file, key, resource, address) and what to do about it, and
/// is meant to be printed as it stands, without a stack trace.
/// </summary>
public sealed class EngineException : Exception
{
    public EngineException(string message)
        : base(message)
    {
    }

    public EngineException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
