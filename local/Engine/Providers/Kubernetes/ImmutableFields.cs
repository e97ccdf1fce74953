using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>
/// Which fields of which kinds cannot be changed in place, so that a change of theirs replaces the object. They follow from Kubernetes'
/// validation of updates; the official provider keeps the same list.
/// </summary>
internal static class ImmutableFields
{
    private static readonly string[] Everywhere = ["kind", "metadata.name", "metadata.namespace"];

    private static readonly Dictionary<string, string[]> ByKind = new()
    {
        ["apps/Deployment"] = ["spec.selector"],
        ["apps/DaemonSet"] = ["spec.selector"],
        ["apps/ReplicaSet"] = ["spec.selector"],
        ["apps/StatefulSet"] = ["spec.podManagementPolicy", "spec.revisionHistoryLimit", "spec.selector", "spec.serviceName", "spec.volumeClaimTemplates"],
        ["batch/Job"] = ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
        ["rbac.authorization.k8s.io/RoleBinding"] = ["roleRef"],
        ["rbac.authorization.k8s.io/ClusterRoleBinding"] = ["roleRef"],
        ["storage.k8s.io/StorageClass"] = ["parameters", "provisioner"],
        ["/PersistentVolumeClaim"] = ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
        ["/Pod"] = ["spec"],
        ["/Secret"] = ["type"],
        ["/Service"] = ["spec.clusterIP"],
    };

    private static readonly string[] ConfigMapData = ["binaryData", "data"];
    private static readonly string[] SecretData = ["stringData", "data"];

    public static PropertyPath[] Of(string apiVersion, string kind, KubernetesConfig config)
    {
        var group = Group(apiVersion);
        return [.. Everywhere.Concat(ByKind.GetValueOrDefault($"{group}/{kind}") ?? []).Concat(Data(group, kind, config)).Select(PropertyPath.Parse)];
    }

    public static string Group(string apiVersion) => apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion.Split('/')[0] : "";

    private static string[] Data(string group, string kind, KubernetesConfig config) => (group, kind) switch
    {
        ("", "ConfigMap") when !config.MutableConfigMaps => ConfigMapData,
        ("", "Secret") when !config.MutableSecrets => SecretData,
        _ => [],
    };
}
