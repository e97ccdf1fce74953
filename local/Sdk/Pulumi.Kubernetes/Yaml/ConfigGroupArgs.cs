using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Kubernetes.Yaml;

/// <summary>The inputs of a <see cref="ConfigGroup"/>.</summary>
[SuppressMessage("Design", "CA1002", Justification = "Pulumi's public API.")]
[SuppressMessage("Performance", "CA1819", Justification = "Pulumi's public API.")]
[SuppressMessage("Usage", "CA2227", Justification = "Pulumi's public API.")]
public class ConfigGroupArgs : ResourceArgs
{
    /// <summary>Files, relative to the program's folder, or addresses of the web. <c>*</c>, <c>?</c> and <c>**</c> stand for parts of names.</summary>
    public string[]? Files { get; set; }

    /// <summary>Objects of the program.</summary>
    public InputList<ImmutableDictionary<string, object>> Objs
    {
        get => field ??= [];
        set;
    }

    /// <summary>Put before the resources' names, with a hyphen; the objects' names stay.</summary>
    public string? ResourcePrefix { get; set; }

    /// <summary>Does not wait until the objects are ready.</summary>
    public bool? SkipAwait { get; set; }

    /// <summary>Applied to every object, in this order.</summary>
    public List<TransformationAction> Transformations { get; set; } = [];

    /// <summary>Manifests as texts.</summary>
    public InputList<string> Yaml
    {
        get => field ??= [];
        set;
    }

    internal ConfigFileArgs ForFile(string file) => new() { File = file, ResourcePrefix = ResourcePrefix, SkipAwait = SkipAwait, Transformations = Transformations };
}
