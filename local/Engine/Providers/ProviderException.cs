using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers;

/// <summary>An operation failed and changed nothing, or nothing that matters. The message is for the user.</summary>
internal sealed class ProviderException : Exception
{
    public ProviderException(string message)
        : base(message)
    {
    }

    public ProviderException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A resource was created or updated, but did not come to be what it should: it is recorded, and the next update goes on with it.</summary>
internal sealed class PartialFailureException(string id, PropertyMap outputs, IReadOnlyList<string> reasons) : Exception(string.Join(Environment.NewLine, reasons))
{
    public string Id { get; } = id;

    public PropertyMap Outputs { get; } = outputs;

    public IReadOnlyList<string> Reasons { get; } = reasons;
}
