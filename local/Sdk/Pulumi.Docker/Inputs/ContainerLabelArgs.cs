namespace Pulumi.Docker.Inputs;

/// <summary>A container's label.</summary>
public sealed class ContainerLabelArgs : ResourceArgs
{
    public static new ContainerLabelArgs Empty => new();

    /// <summary>Its name.</summary>
    [Input("label", required: true)]
    public Input<string> Label { get; set; } = null!;

    /// <summary>Its value.</summary>
    [Input("value", required: true)]
    public Input<string> Value { get; set; } = null!;
}
