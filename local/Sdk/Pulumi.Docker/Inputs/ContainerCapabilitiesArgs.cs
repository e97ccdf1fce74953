namespace Pulumi.Docker.Inputs;

/// <summary>Linux capabilities that a container gets beyond the usual, or loses.</summary>
public sealed class ContainerCapabilitiesArgs : ResourceArgs
{
    public static new ContainerCapabilitiesArgs Empty => new();

    /// <summary>To give: <c>NET_ADMIN</c>, <c>ALL</c>.</summary>
    [field: Input("adds")]
    public InputList<string> Adds
    {
        get => field ??= [];
        set;
    }

    /// <summary>To take.</summary>
    [field: Input("drops")]
    public InputList<string> Drops
    {
        get => field ??= [];
        set;
    }
}
