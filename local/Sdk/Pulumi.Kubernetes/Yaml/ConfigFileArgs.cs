using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Kubernetes.Yaml;

/// <summary>The inputs of a <see cref="ConfigFile"/>.</summary>
[SuppressMessage("Design", "CA1002", Justification = "Pulumi's public API.")]
[SuppressMessage("Usage", "CA2227", Justification = "Pulumi's public API.")]
public class ConfigFileArgs : ResourceArgs
{
    /// <summary>A file, relative to the program's folder, or an address of the web.</summary>
    public Input<string>? File { get; set; }

    /// <summary>Put before the resources' names, with a hyphen; the objects' names stay.</summary>
    public string? ResourcePrefix { get; set; }

    /// <summary>Does not wait until the objects are ready.</summary>
    public bool? SkipAwait { get; set; }

    /// <summary>Applied to every object, in this order.</summary>
    public List<TransformationAction> Transformations { get; set; } = [];
}
