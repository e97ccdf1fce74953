using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Bindings, which give a role to users, groups and service accounts.</summary>
internal static class RoleBindingDefinition
{
    public static ResourceDefinition Namespaced { get; } = Of("RoleBinding", typeof(V1RoleBinding), isNamespaced: true);

    public static ResourceDefinition Cluster { get; } = Of("ClusterRoleBinding", typeof(V1ClusterRoleBinding), isNamespaced: false);

    private static ResourceDefinition Of(string kind, Type model, bool isNamespaced) => RbacKind.Of(kind, model, isNamespaced) with
    {
        Default = Default,
        Validate = (stored, resource, errors) => RbacValidation.Binding(isNamespaced, stored, resource, errors),
        Columns =
        [
            Columns.Name,
            Columns.Text("Role", static resource => $"{resource.Text("roleRef", "kind")}/{resource.Text("roleRef", "name")}"),
            Columns.Age,
            Columns.Wide("Users", static resource => Subjects(resource, "User")),
            Columns.Wide("Groups", static resource => Subjects(resource, "Group")),
            Columns.Wide("ServiceAccounts", static resource => Subjects(resource, "ServiceAccount")),
        ],
    };

    private static void Default(JsonObject resource)
    {
        if (resource.Struct("roleRef") is { } role && role.Text("apiGroup").Length == 0)
        {
            role["apiGroup"] = RbacKind.Group;
        }

        foreach (var subject in resource.Items("subjects").Where(subject => subject.Text("kind") is "User" or "Group" && subject.Text("apiGroup").Length == 0))
        {
            subject["apiGroup"] = RbacKind.Group;
        }
    }

    private static string Subjects(JsonObject resource, string kind) => string.Join(", ", resource.Items("subjects")
        .Where(subject => subject.Text("kind") == kind)
        .Select(subject => subject.Text("namespace") is { Length: > 0 } home ? $"{home}/{subject.Text("name")}" : subject.Text("name")));
}
