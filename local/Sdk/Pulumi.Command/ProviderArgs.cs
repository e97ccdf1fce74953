namespace Pulumi.Command;

/// <summary>The inputs of a <see cref="Provider"/>: none.</summary>
public sealed class ProviderArgs : ResourceArgs
{
    public static new ProviderArgs Empty => new();
}
