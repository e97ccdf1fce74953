using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Roles, which grant verbs on resources in one namespace or everywhere.</summary>
internal static class RoleDefinition
{
    public static ResourceDefinition Namespaced { get; } = Of("Role", typeof(V1Role), isNamespaced: true);

    public static ResourceDefinition Cluster { get; } = Of("ClusterRole", typeof(V1ClusterRole), isNamespaced: false);

    private static ResourceDefinition Of(string kind, Type model, bool isNamespaced) => RbacKind.Of(kind, model, isNamespaced) with
    {
        Validate = (_, resource, errors) => RbacValidation.Rules(isNamespaced).Check(resource, errors),
    };
}
