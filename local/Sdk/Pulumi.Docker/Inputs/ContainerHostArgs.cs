namespace Pulumi.Docker.Inputs;

/// <summary>A line of a container's <c>/etc/hosts</c>.</summary>
public sealed class ContainerHostArgs : ResourceArgs
{
    public static new ContainerHostArgs Empty => new();

    /// <summary>The name.</summary>
    [Input("host", required: true)]
    public Input<string> Host { get; set; } = null!;

    /// <summary>The address.</summary>
    [Input("ip", required: true)]
    public Input<string> Ip { get; set; } = null!;
}
