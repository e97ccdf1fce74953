using System.Diagnostics.CodeAnalysis;

namespace Pulumi;

/// <summary>A mistake that the user can mend: shown by its message alone, without a stack trace.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Pulumi's public API.")]
public class RunException : Exception
{
    public RunException(string message)
        : base(message)
    {
    }

    public RunException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    public static RunException OutputsHaveIncorrectType(IEnumerable<string> outputAttributeNames)
        => new($"The output(s) '{string.Join("', '", outputAttributeNames)}' have the wrong type: an [Output] property must be an Output<T>.");
}
