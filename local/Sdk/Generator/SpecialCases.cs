namespace Scalelab.Generator;

/// <summary>Members whose type the client leaves open and Pulumi does not.</summary>
internal static class SpecialCases
{
    public static MemberType? Find(ModelType type, string wire)
        => (type.Name, wire) switch
        {
            ("ServiceSpec", "type") => MemberType.OpenEnum("global::Pulumi.Kubernetes.Core.V1.ServiceSpecType"),
            ("JSONSchemaProps", "additionalItems" or "additionalProperties") => MemberType.Union(MemberType.Of(type), MemberType.Bool),
            ("JSONSchemaProps", "items") => MemberType.Union(MemberType.Of(type), MemberType.List(MemberType.Json)),
            ("JSONSchemaProps", "dependencies") => MemberType.Map(MemberType.Union(MemberType.Of(type), MemberType.List(MemberType.String))),
            _ => null,
        };

    /// <summary>Whether the inputs have a static Empty; Pulumi leaves it out where a type is only reached from a request.</summary>
    public static bool HasEmpty(ModelType type)
        => type.Name is not ("ComponentCondition" or "DeleteOptions" or "Eviction" or "Handler" or "Preconditions");

    /// <summary>Whether what a resource has under this name is secret.</summary>
    public static bool IsSecret(ModelType type, ModelMember member)
        => type.Name is "Secret" or "SecretPatch" && member.Wire is "data" or "stringData";
}
