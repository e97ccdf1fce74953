using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Rbac.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Rbac.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>An account with its rights, in an asynchronous lambda.</summary>
internal static class Rbac
{
    public static Task<int> RunAsync() => Deployment.RunAsync(async () =>
    {
        await Task.Yield();
        var account = new ServiceAccount("deployer", new ServiceAccountArgs { AutomountServiceAccountToken = false });
        var accountName = account.Metadata.Apply(metadata => metadata.Name);
        var accountNamespace = account.Metadata.Apply(metadata => metadata.Namespace);
        var role = new Role("deployer", new RoleArgs
        {
            Metadata = new ObjectMetaArgs { Namespace = accountNamespace },
            Rules =
            {
                new PolicyRuleArgs { ApiGroups = { "apps" }, Resources = { "deployments", "replicasets" }, Verbs = { "get", "list", "watch", "patch" } },
                new PolicyRuleArgs { ApiGroups = { "" }, Resources = { "pods", "pods/log" }, Verbs = { "get", "list" } },
            },
        });
        var binding = new RoleBinding("deployer", new RoleBindingArgs
        {
            Metadata = new ObjectMetaArgs { Namespace = accountNamespace },
            RoleRef = new RoleRefArgs { ApiGroup = "rbac.authorization.k8s.io", Kind = role.Kind, Name = role.Metadata.Apply(metadata => metadata.Name) },
            Subjects = new SubjectArgs { Kind = "ServiceAccount", Name = accountName, Namespace = accountNamespace },
        });
        var readers = new ClusterRole("node-reader", new ClusterRoleArgs
        {
            Rules = new[]
            {
                new PolicyRuleArgs { ApiGroups = new[] { "" }, Resources = new[] { "nodes" }, Verbs = new[] { "get", "list" } },
                new PolicyRuleArgs { NonResourceURLs = { "/healthz" }, Verbs = { "get" } },
            },
        });
        _ = new ClusterRoleBinding("node-readers", new ClusterRoleBindingArgs
        {
            RoleRef = new RoleRefArgs { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = readers.Id },
            Subjects = { new SubjectArgs { ApiGroup = "rbac.authorization.k8s.io", Kind = "Group", Name = "students" } },
        });
        return new Dictionary<string, object?>
        {
            ["subject"] = Output.Format($"system:serviceaccount:{accountNamespace}:{accountName}"),
            ["rules"] = role.Rules.Apply(rules => rules.Length),
            ["binding"] = binding.Id,
        };
    });
}
