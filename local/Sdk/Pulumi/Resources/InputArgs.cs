using Pulumi.Serialization;

namespace Pulumi;

/// <summary>Base of everything with properties marked <see cref="InputAttribute">[Input]</see>.</summary>
public abstract class InputArgs
{
    protected InputArgs()
    {
    }

    /// <summary>The inputs by their wire names; null where none was given.</summary>
    /// <exception cref="RunException">A required input was not given.</exception>
    internal virtual Dictionary<string, object?> ToDictionary()
        => InputProperties.Read(this);
}
