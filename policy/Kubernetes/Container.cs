using Scalelab.Policy.Framework;

namespace Scalelab.Policy.Kubernetes;

internal enum ContainerRole
{
    Main,
    Init,
}

/// <summary>A container of a pod.</summary>
internal sealed record Container(Property Value, ContainerRole Role)
{
    public string? Name => Value["name"].Text;

    public Property Image => Value["image"];

    public Property Requests => Value["resources"]["requests"];

    public Property Limits => Value["resources"]["limits"];

    /// <summary>An init container that goes on running beside the others.</summary>
    public bool IsSidecar => Role == ContainerRole.Init && Value["restartPolicy"].Text == "Always";
}
