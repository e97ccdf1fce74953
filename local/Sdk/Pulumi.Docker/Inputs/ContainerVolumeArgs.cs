namespace Pulumi.Docker.Inputs;

/// <summary>A volume or folder mounted in a container.</summary>
public sealed class ContainerVolumeArgs : ResourceArgs
{
    public static new ContainerVolumeArgs Empty => new();

    /// <summary>Where it is mounted.</summary>
    [Input("containerPath")]
    public Input<string>? ContainerPath { get; set; }

    /// <summary>A container whose volumes are mounted as they are there.</summary>
    [Input("fromContainer")]
    public Input<string>? FromContainer { get; set; }

    /// <summary>The host's folder.</summary>
    [Input("hostPath")]
    public Input<string>? HostPath { get; set; }

    /// <summary>Cannot be written; default false.</summary>
    [Input("readOnly")]
    public Input<bool>? ReadOnly { get; set; }

    /// <summary><c>z</c> to share it with other containers, <c>Z</c> to keep it to this one, under SELinux.</summary>
    [Input("selinuxRelabel")]
    public Input<string>? SelinuxRelabel { get; set; }

    /// <summary>The volume's name.</summary>
    [Input("volumeName")]
    public Input<string>? VolumeName { get; set; }
}
