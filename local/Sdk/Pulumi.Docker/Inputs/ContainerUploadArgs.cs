namespace Pulumi.Docker.Inputs;

/// <summary>A file written into a container before it starts.</summary>
public sealed class ContainerUploadArgs : ResourceArgs
{
    public static new ContainerUploadArgs Empty => new();

    /// <summary>Its text.</summary>
    [Input("content")]
    public Input<string>? Content { get; set; }

    /// <summary>Its bytes, in base64.</summary>
    [Input("contentBase64")]
    public Input<string>? ContentBase64 { get; set; }

    /// <summary>Whether it can be run; default false.</summary>
    [Input("executable")]
    public Input<bool>? Executable { get; set; }

    /// <summary>Where it stands inside.</summary>
    [Input("file", required: true)]
    public Input<string> File { get; set; } = null!;

    /// <summary>In octal: <c>0600</c>; 0644 by default, 0744 if executable.</summary>
    [Input("permissions")]
    public Input<string>? Permissions { get; set; }

    /// <summary>A file of this machine.</summary>
    [Input("source")]
    public Input<string>? Source { get; set; }

    /// <summary>Changes when that file does, so that it is written again.</summary>
    [Input("sourceHash")]
    public Input<string>? SourceHash { get; set; }
}
