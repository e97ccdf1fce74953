using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>
/// Which fields of which kinds cannot be changed in place, so that a change of theirs replaces the object: the official provider's list
/// (its forceNew properties), which follows Kubernetes' validation of updates and, for ConfigMaps and Secrets, makes their users notice.
/// </summary>
internal static class ImmutableFields
{
    private static readonly string[] Everywhere = ["metadata.name", "metadata.namespace"];

    private static readonly Dictionary<string, string[]> ByKind = new()
    {
        ["apps/DaemonSet"] = ["spec.selector"],
        ["apps/Deployment"] = ["spec.selector"],
        ["apps/StatefulSet"] = ["spec.podManagementPolicy", "spec.revisionHistoryLimit", "spec.selector", "spec.serviceName", "spec.volumeClaimTemplates"],
        ["batch/Job"] = ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
        ["rbac.authorization.k8s.io/ClusterRoleBinding"] = ["roleRef"],
        ["rbac.authorization.k8s.io/RoleBinding"] = ["roleRef"],
        ["storage.k8s.io/StorageClass"] = ["parameters", "provisioner"],
        ["/PersistentVolume"] =
        [
            .. Within(
                "spec",
                "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs hostPath iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume"),
        ],
        ["/PersistentVolumeClaim"] = ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
        ["/Pod"] =
        [
            .. Within(
                "spec",
                "affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC hostNetwork hostPID hostname imagePullSecrets nodeName nodeSelector overhead preemptionPolicy priority priorityClassName readinessGates restartPolicy runtimeClassName schedulerName securityContext serviceAccount serviceAccountName shareProcessNamespace subdomain terminationGracePeriodSeconds volumes"),
            .. Within("spec.containers[*]", OfContainers),
            .. Within("spec.initContainers[*]", OfContainers),
        ],
        ["/ResourceQuota"] = ["spec.scopes"],
        ["/Service"] = ["spec.clusterIP"],
    };

    private const string OfContainers =
        "args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources securityContext stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir";

    private static readonly string[] ConfigMapData = ["binaryData", "data"];
    private static readonly string[] SecretType = ["type"];
    private static readonly string[] SecretData = ["type", "stringData", "data"];

    /// <summary>The fields of an object that the new inputs describe.</summary>
    public static PropertyPath[] Of(PropertyMap inputs, string apiVersion, string kind, KubernetesConfig config)
    {
        var group = Group(apiVersion);
        var isFrozen = inputs.Find("immutable") is BoolValue { Value: true };
        var fields = (group, kind) switch
        {
            ("", "ConfigMap") => config.MutableConfigMaps && !isFrozen ? [] : ConfigMapData,
            ("", "Secret") => config.MutableSecrets && !isFrozen ? SecretType : SecretData,
            // Until v1 a budget could not be changed at all.
            ("policy", "PodDisruptionBudget") when apiVersion.EndsWith("/v1beta1", StringComparison.Ordinal) => ["spec"],
            _ => ByKind.GetValueOrDefault($"{group}/{kind}") ?? [],
        };
        return [.. OfPatch(), .. fields.Select(PropertyPath.Parse)];
    }

    /// <summary>A patch can be changed in place as long as it is one of the same object.</summary>
    public static IEnumerable<PropertyPath> OfPatch() => Everywhere.Select(PropertyPath.Parse);

    public static string Group(string apiVersion) => apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion.Split('/')[0] : "";

    /// <summary>The paths of the differences that touch one of the fields.</summary>
    public static PropertyPath[] Among(IEnumerable<PropertyDifference> differences, IReadOnlyList<PropertyPath> fields) =>
        [.. differences.Where(difference => fields.Any(field => Touches(difference, field))).Select(difference => difference.Path)];

    // A difference around a field touches it only if the field is there, before or after.
    private static bool Touches(PropertyDifference difference, PropertyPath field)
    {
        if (!field.Touches(difference.Path))
        {
            return false;
        }

        var rest = field.Parts.AsSpan()[Math.Min(difference.Path.Parts.Length, field.Parts.Length)..];
        return rest.IsEmpty || Has(difference.Old, rest) || Has(difference.New, rest);
    }

    private static bool Has(PropertyValue? value, ReadOnlySpan<object> path)
    {
        if (path.IsEmpty)
        {
            return value is not null and not NullValue;
        }

        switch (value, path[0])
        {
            case (SecretValue or UnknownValue, _):
                return true;
            case (PropertyMap map, string name):
                return map.TryGetValue(name, out var inner) && Has(inner, path[1..]);
            case (ListValue { Items: var items }, "*"):
                foreach (var item in items)
                {
                    if (Has(item, path[1..]))
                    {
                        return true;
                    }
                }

                return false;
            default:
                return false;
        }
    }

    private static IEnumerable<string> Within(string parent, string fields) => fields.Split(' ').Select(field => $"{parent}.{field}");
}
