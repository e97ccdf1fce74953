using System.Diagnostics.CodeAnalysis;

namespace Pulumi;

/// <summary>The engine could not be told a message.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Pulumi's public API.")]
public class LogException : Exception
{
    public LogException(Exception exception)
        : base($"The engine could not be told a message: {exception.Message}", exception)
    {
    }
}
