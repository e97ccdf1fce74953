namespace Scalelab.Generator;

/// <summary>An object of the Kubernetes API.</summary>
/// <param name="Name">Its name there: <c>Container</c>.</param>
/// <param name="Group">The group it belongs to.</param>
/// <param name="Kind">Its kind where it can be a resource of its own.</param>
/// <param name="Members">Its members, by wire name.</param>
internal sealed record ModelType(string Name, ApiGroup Group, string? Kind, IReadOnlyList<ModelMember> Members)
{
    /// <summary>Whether it is inside other objects; a program reads it from there.</summary>
    public bool IsPart { get; init; }

    /// <summary>What a program gives. The status of a resource is the cluster's to write.</summary>
    public IEnumerable<ModelMember> InputMembers => Members.Where(member => Kind == null || member.Wire != "status");

    public string InputName => $"global::Pulumi.Kubernetes.Types.Inputs.{Group.Namespace}.{Name}Args";

    public string OutputName => $"global::Pulumi.Kubernetes.Types.Outputs.{Group.Namespace}.{Name}";
}

/// <summary>A member of an object.</summary>
/// <param name="Wire">Its name on the wire.</param>
/// <param name="Name">Its name in C#.</param>
/// <param name="Type">What it holds.</param>
/// <param name="IsRequired">Whether Kubernetes refuses the object without it.</param>
internal sealed record ModelMember(string Wire, string Name, MemberType Type, bool IsRequired);
