using System.Collections.Immutable;

namespace Pulumi.Command.Remote;

/// <summary>A file copied to another machine, by SSH; <see cref="CopyToRemote"/> is its successor.</summary>
[CommandResourceType("command:remote:CopyFile")]
public partial class CopyFile : CustomResource
{
    public CopyFile(string name, CopyFileArgs args, CustomResourceOptions? options = null)
        : base("command:remote:CopyFile", name, args, Package.Complete(options, "", "connection"))
    {
    }

    private CopyFile(string name, Input<string> id, CustomResourceOptions? options)
        : base("command:remote:CopyFile", name, null, Package.Complete(options, id, "connection"))
    {
    }

    /// <summary>How to reach the machine. Secret as a whole.</summary>
    [Output("connection")]
    public Output<Outputs.Connection> Connection { get; private set; } = null!;

    /// <summary>The file here.</summary>
    [Output("localPath")]
    public Output<string> LocalPath { get; private set; } = null!;

    /// <summary>Where it goes there.</summary>
    [Output("remotePath")]
    public Output<string> RemotePath { get; private set; } = null!;

    /// <summary>Another value than last time replaces the resource.</summary>
    [Output("triggers")]
    public Output<ImmutableArray<object>> Triggers { get; private set; } = null!;

    /// <summary>Reads the existing resource with this id; it is not managed.</summary>
    public static CopyFile Get(string name, Input<string> id, CustomResourceOptions? options = null)
        => new(name, id, options);
}
