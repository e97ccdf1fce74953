namespace Pulumi.Command.Remote;

/// <summary>The inputs of a <see cref="CopyFile"/>.</summary>
public sealed class CopyFileArgs : ResourceArgs
{
    public static new CopyFileArgs Empty => new();

    /// <summary>How to reach the machine. Secret as a whole.</summary>
    [field: Input("connection", required: true)]
    public Input<Inputs.ConnectionArgs> Connection
    {
        get;
        set => field = Output.CreateSecret(value.ToOutput());
    } = null!;

    /// <summary>The file here.</summary>
    [Input("localPath", required: true)]
    public Input<string> LocalPath { get; set; } = null!;

    /// <summary>Where it goes there.</summary>
    [Input("remotePath", required: true)]
    public Input<string> RemotePath { get; set; } = null!;

    /// <summary>Another value than last time replaces the resource.</summary>
    [field: Input("triggers")]
    public InputList<object> Triggers
    {
        get => field ??= [];
        set;
    }
}
