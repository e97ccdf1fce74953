namespace Pulumi.Docker.Inputs;

/// <summary>A limit of a container's processes.</summary>
public sealed class ContainerUlimitArgs : ResourceArgs
{
    public static new ContainerUlimitArgs Empty => new();

    /// <summary>What it cannot be raised above.</summary>
    [Input("hard", required: true)]
    public Input<int> Hard { get; set; } = null!;

    /// <summary>Which one: <c>nofile</c>.</summary>
    [Input("name", required: true)]
    public Input<string> Name { get; set; } = null!;

    /// <summary>Where it starts.</summary>
    [Input("soft", required: true)]
    public Input<int> Soft { get; set; } = null!;
}
