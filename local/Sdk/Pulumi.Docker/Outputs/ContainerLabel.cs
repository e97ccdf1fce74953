using System.Diagnostics.CodeAnalysis;

namespace Pulumi.Docker.Outputs;

/// <summary>A container's label.</summary>
[OutputType]
[SuppressMessage("Design", "CA1051", Justification = "Pulumi's public API.")]
public sealed class ContainerLabel
{
    /// <summary>Its name.</summary>
    public readonly string Label;

    /// <summary>Its value.</summary>
    public readonly string Value;

    [OutputConstructor]
    internal ContainerLabel(string label, string value)
    {
        Label = label;
        Value = value;
    }
}
