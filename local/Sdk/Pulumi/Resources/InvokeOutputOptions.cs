using System.Diagnostics.CodeAnalysis;

namespace Pulumi;

/// <summary>How a provider function is called that returns an output.</summary>
[SuppressMessage("Usage", "CA2227", Justification = "Pulumi's public API.")]
public class InvokeOutputOptions : InvokeOptions
{
    /// <summary>Resources that must be there first, besides those the arguments come from.</summary>
    public InputList<Resource> DependsOn { get; set; } = [];
}
