namespace Pulumi.Docker.Inputs;

/// <summary>A container's port opened on the host.</summary>
public sealed class ContainerPortArgs : ResourceArgs
{
    public static new ContainerPortArgs Empty => new();

    /// <summary>The host's; any free one where left out.</summary>
    [Input("external")]
    public Input<int>? External { get; set; }

    /// <summary>The container's.</summary>
    [Input("internal", required: true)]
    public Input<int> Internal { get; set; } = null!;

    /// <summary>The host's address to listen on; default all.</summary>
    [Input("ip")]
    public Input<string>? Ip { get; set; }

    /// <summary><c>tcp</c> or <c>udp</c>; default tcp.</summary>
    [Input("protocol")]
    public Input<string>? Protocol { get; set; }
}
