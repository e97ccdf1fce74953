namespace Pulumi;

/// <summary>Keeps a value in the stack's state.</summary>
public sealed class Stash : CustomResource
{
    public Stash(string name, StashArgs args, CustomResourceOptions? options = null)
        : base("pulumi:index:Stash", name, args, options)
    {
    }

    /// <summary>The value that is kept: the one it was created with.</summary>
    [Output("output")]
    public Output<object> Output { get; private set; } = null!;

    /// <summary>The value that was given last.</summary>
    [Output("input")]
    public Output<object> Input { get; private set; } = null!;
}

public sealed class StashArgs : ResourceArgs
{
    /// <summary>The value to keep.</summary>
    [Input("input", required: true)]
    public Input<object> Input { get; set; } = null!;
}
