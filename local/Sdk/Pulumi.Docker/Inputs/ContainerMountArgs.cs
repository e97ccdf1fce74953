namespace Pulumi.Docker.Inputs;

/// <summary>A folder, volume or memory file system mounted in a container.</summary>
public sealed class ContainerMountArgs : ResourceArgs
{
    public static new ContainerMountArgs Empty => new();

    /// <summary>For the type <c>bind</c>.</summary>
    [Input("bindOptions")]
    public Input<ContainerMountBindOptionsArgs>? BindOptions { get; set; }

    /// <summary>Cannot be written; default false.</summary>
    [Input("readOnly")]
    public Input<bool>? ReadOnly { get; set; }

    /// <summary>The host's folder or the volume's name.</summary>
    [Input("source")]
    public Input<string>? Source { get; set; }

    /// <summary>Where it is mounted.</summary>
    [Input("target", required: true)]
    public Input<string> Target { get; set; } = null!;

    /// <summary>For the type <c>tmpfs</c>.</summary>
    [Input("tmpfsOptions")]
    public Input<ContainerMountTmpfsOptionsArgs>? TmpfsOptions { get; set; }

    /// <summary><c>bind</c>, <c>volume</c> or <c>tmpfs</c>.</summary>
    [Input("type", required: true)]
    public Input<string> Type { get; set; } = null!;

    /// <summary>For the type <c>volume</c>.</summary>
    [Input("volumeOptions")]
    public Input<ContainerMountVolumeOptionsArgs>? VolumeOptions { get; set; }
}
