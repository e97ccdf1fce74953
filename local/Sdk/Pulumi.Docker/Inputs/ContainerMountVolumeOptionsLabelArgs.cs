namespace Pulumi.Docker.Inputs;

/// <summary>A volume's label.</summary>
public sealed class ContainerMountVolumeOptionsLabelArgs : ResourceArgs
{
    public static new ContainerMountVolumeOptionsLabelArgs Empty => new();

    /// <summary>Its name.</summary>
    [Input("label", required: true)]
    public Input<string> Label { get; set; } = null!;

    /// <summary>Its value.</summary>
    [Input("value", required: true)]
    public Input<string> Value { get; set; } = null!;
}
