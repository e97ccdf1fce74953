using System.Diagnostics.CodeAnalysis;

namespace Pulumi;

/// <summary>How the whole stack is treated.</summary>
[SuppressMessage("Design", "CA1002", Justification = "Pulumi's public API.")]
[SuppressMessage("Usage", "CA2227", Justification = "Pulumi's public API.")]
public class StackOptions
{
    /// <summary>Run for every resource, after those of its parents.</summary>
    public List<ResourceTransformation> ResourceTransformations { get; set; } = [];

    /// <inheritdoc cref="ResourceTransformations"/>
    public List<ResourceTransform> ResourceTransforms { get; set; } = [];
}
