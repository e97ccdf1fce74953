namespace Scalelab.Cluster.Api.Kinds;

/// <summary>What roles and bindings, in one namespace or everywhere, have in common.</summary>
internal static class RbacKind
{
    public const string Group = "rbac.authorization.k8s.io";

    public static ResourceDefinition Of(string kind, Type model, bool isNamespaced) => new()
    {
        Group = Group,
        Version = "v1",
        Kind = kind,
        Plural = kind.ToLowerInvariant() + "s",
        Singular = kind.ToLowerInvariant(),
        Namespaced = isNamespaced,
        ModelType = model,
        ValidateName = NameRules.PathSegment,
    };
}
