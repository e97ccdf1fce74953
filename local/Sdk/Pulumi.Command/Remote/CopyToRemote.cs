using System.Collections.Immutable;

namespace Pulumi.Command.Remote;

/// <summary>A file or folder copied to another machine, by SSH.</summary>
[CommandResourceType("command:remote:CopyToRemote")]
public partial class CopyToRemote : CustomResource
{
    public CopyToRemote(string name, CopyToRemoteArgs args, CustomResourceOptions? options = null)
        : base("command:remote:CopyToRemote", name, args, Package.Complete(options, "", "connection"))
    {
    }

    private CopyToRemote(string name, Input<string> id, CustomResourceOptions? options)
        : base("command:remote:CopyToRemote", name, null, Package.Complete(options, id, "connection"))
    {
    }

    /// <summary>How to reach the machine. Secret as a whole.</summary>
    [Output("connection")]
    public Output<Outputs.Connection> Connection { get; private set; } = null!;

    /// <summary>Where it goes there.</summary>
    [Output("remotePath")]
    public Output<string> RemotePath { get; private set; } = null!;

    /// <summary>The file or folder here.</summary>
    [Output("source")]
    public Output<AssetOrArchive> Source { get; private set; } = null!;

    /// <summary>Another value than last time replaces the resource.</summary>
    [Output("triggers")]
    public Output<ImmutableArray<object>> Triggers { get; private set; } = null!;

    /// <summary>Reads the existing resource with this id; it is not managed.</summary>
    public static CopyToRemote Get(string name, Input<string> id, CustomResourceOptions? options = null)
        => new(name, id, options);
}
