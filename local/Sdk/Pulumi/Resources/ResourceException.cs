using System.Diagnostics.CodeAnalysis;

namespace Pulumi;

/// <summary>A failure that is shown with the resource it is about.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Pulumi's public API.")]
public class ResourceException : Exception
{
    /// <param name="message">What is wrong.</param>
    /// <param name="resource">The resource, or null for the stack.</param>
    /// <param name="hideStack">Show the message alone, without the program's stack trace.</param>
    public ResourceException(string message, Resource? resource, bool hideStack = false)
        : base(message)
    {
        Resource = resource;
        HideStack = hideStack;
    }

    internal Resource? Resource { get; }

    internal bool HideStack { get; }
}
