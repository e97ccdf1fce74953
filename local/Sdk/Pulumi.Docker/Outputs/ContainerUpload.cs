using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A file written into a container before it starts.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerUpload
{
    /// <summary>Its text.</summary>
    public readonly string? Content;

    /// <summary>Its bytes, in base64.</summary>
    public readonly string? ContentBase64;

    /// <summary>Whether it can be run; default false.</summary>
    public readonly bool? Executable;

    /// <summary>Where it stands inside.</summary>
    public readonly string File;

    /// <summary>In octal: <c>0600</c>; 0644 by default, 0744 if executable.</summary>
    public readonly string? Permissions;

    /// <summary>A file of this machine.</summary>
    public readonly string? Source;

    /// <summary>Changes when that file does, so that it is written again.</summary>
    public readonly string? SourceHash;

    [OutputConstructor]
    internal ContainerUpload(
        string? content,
        string? contentBase64,
        bool? executable,
        string file,
        string? permissions,
        string? source,
        string? sourceHash)
    {
        Content = content;
        ContentBase64 = contentBase64;
        Executable = executable;
        File = file;
        Permissions = permissions;
        Source = source;
        SourceHash = sourceHash;
    }
}
