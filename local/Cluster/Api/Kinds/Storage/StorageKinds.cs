using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>Volumes and what provides them. Nothing provides any here: claims stay pending.</summary>
internal static class StorageKinds
{
    private const string Group = "storage.k8s.io";
    private const string Unset = "<unset>";
    private const string DefaultClass = "storageclass.kubernetes.io/is-default-class";

    private static readonly (string Mode, string Short)[] AccessModes = [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];

    private static readonly RuleSet ClaimRules = new()
    {
        {
            "spec", Checks.Struct(new RuleSet
            {
                { "accessModes", Checks.RequiredBecause("at least 1 access mode is required"), Checks.EachValue(Checks.OneOf("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")) },
                { place => Checks.Required(place.Field("resources").Entry("storage") with { Value = place.Value.At("resources", "requests", "storage"), Path = $"{place.Path}.resources[storage]" }) },
            })
        },
    };

    private static readonly RuleSet VolumeRules = new()
    {
        {
            "spec", Checks.Struct(new RuleSet
            {
                { "accessModes", Checks.Required, Checks.EachValue(Checks.OneOf("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")) },
                { "capacity", Checks.Required },
            })
        },
    };

    private static readonly RuleSet ClassRules = new()
    {
        { "provisioner", Checks.Required },
        { "reclaimPolicy", Checks.WhenGiven(Checks.OneOf("Delete", "Retain")) },
        { "volumeBindingMode", Checks.Needs(Checks.OneOf("Immediate", "WaitForFirstConsumer")) },
    };

    public static IEnumerable<ResourceDefinition> All =>
    [
        StoredKinds.Of(
            "",
            typeof(V1PersistentVolumeClaim),
            "persistentvolumeclaims",
            Columns.Text("Status", static resource => Phase(resource)),
            Columns.Text("Volume", static resource => resource.Text("spec", "volumeName")),
            Columns.Text("Capacity", static resource => resource.Text("spec", "volumeName").Length > 0 ? resource.Text("status", "capacity", "storage") : ""),
            Columns.Text("Access Modes", static resource => resource.Text("spec", "volumeName").Length > 0 ? Modes(resource, "status") : ""),
            Columns.Text("StorageClass", static resource => resource.Text("spec", "storageClassName")),
            Columns.Text("VolumeAttributesClass", static resource => resource.Text("spec", "volumeAttributesClassName") is { Length: > 0 } name ? name : Unset),
            Columns.Age,
            Columns.Wide("VolumeMode", static resource => resource.Text("spec", "volumeMode") is { Length: > 0 } mode ? mode : Unset)) with
        {
            Namespaced = true, ShortNames = ["pvc"], HasStatus = true, ReturnsDeletedObject = true,
            Default = static resource => resource.Need("spec").Default("volumeMode", "Filesystem"),
            PrepareForCreate = static resource => resource["status"] = new JsonObject { ["phase"] = "Pending" },
            Validate = static (_, resource, errors) => ClaimRules.Check(resource, errors),
        },
        StoredKinds.Of(
            "",
            typeof(V1PersistentVolume),
            "persistentvolumes",
            Columns.Text("Capacity", static resource => resource.Text("spec", "capacity", "storage")),
            Columns.Text("Access Modes", static resource => Modes(resource, "spec")),
            Columns.Text("Reclaim Policy", static resource => resource.Text("spec", "persistentVolumeReclaimPolicy")),
            Columns.Text("Status", static resource => Phase(resource)),
            Columns.Text("Claim", static resource => resource.Struct("spec", "claimRef") is { } claim ? $"{claim.Text("namespace")}/{claim.Text("name")}" : ""),
            Columns.Text("StorageClass", static resource => resource.Text("spec", "storageClassName")),
            Columns.Text("VolumeAttributesClass", static resource => resource.Text("spec", "volumeAttributesClassName") is { Length: > 0 } name ? name : Unset),
            Columns.Text("Reason", static resource => resource.Text("status", "reason")),
            Columns.Age,
            Columns.Wide("VolumeMode", static resource => resource.Text("spec", "volumeMode") is { Length: > 0 } mode ? mode : Unset)) with
        {
            ShortNames = ["pv"], HasStatus = true, ReturnsDeletedObject = true, Default = DefaultVolume,
            PrepareForCreate = static resource => resource["status"] = new JsonObject { ["phase"] = "Pending" },
            Validate = static (_, resource, errors) => VolumeRules.Check(resource, errors),
        },
        StorageClass(),
        StoredKinds.Of(
            Group,
            typeof(V1CSIDriver),
            "csidrivers",
            new TableColumn("AttachRequired", "boolean", "", 0, static (resource, _) => resource.At("spec", "attachRequired") is null || resource.Flag("spec", "attachRequired")),
            new TableColumn("PodInfoOnMount", "boolean", "", 0, static (resource, _) => resource.Flag("spec", "podInfoOnMount")),
            new TableColumn("StorageCapacity", "boolean", "", 0, static (resource, _) => resource.Flag("spec", "storageCapacity")),
            Columns.Text("TokenRequests", static resource => string.Join(',', resource.Items("spec", "tokenRequests").Select(request => request.Text("audience"))) is { Length: > 0 } audiences ? audiences : Unset),
            new TableColumn("RequiresRepublish", "boolean", "", 0, static (resource, _) => resource.Flag("spec", "requiresRepublish")),
            Columns.Text("Modes", static resource => string.Join(',', resource.Texts("spec", "volumeLifecycleModes"))),
            Columns.Age) with { TracksGeneration = true },
        StoredKinds.Of(Group, typeof(V1CSINode), "csinodes", Columns.Integer("Drivers", static resource => resource.Items("spec", "drivers").Count()), Columns.Age),
        StoredKinds.Of(
            Group,
            typeof(V1CSIStorageCapacity),
            "csistoragecapacities",
            Columns.Text("StorageClassName", static resource => resource.Text("storageClassName")),
            Columns.Text("Capacity", static resource => resource.Text("capacity"))) with { Namespaced = true },
        StoredKinds.Of(
            Group,
            typeof(V1VolumeAttachment),
            "volumeattachments",
            Columns.Text("Attacher", static resource => resource.Text("spec", "attacher")),
            Columns.Text("PV", static resource => resource.Text("spec", "source", "persistentVolumeName")),
            Columns.Text("Node", static resource => resource.Text("spec", "nodeName")),
            new TableColumn("Attached", "boolean", "", 0, static (resource, _) => resource.Flag("status", "attached")),
            Columns.Age) with { HasStatus = true },
        StoredKinds.Of(Group, typeof(V1VolumeAttributesClass), "volumeattributesclasses", Columns.Text("DriverName", static resource => resource.Text("driverName")), Columns.Age) with { ShortNames = ["vac"] },
    ];

    private static ResourceDefinition StorageClass() => StoredKinds.Of(Group, typeof(V1StorageClass), "storageclasses") with
    {
        ShortNames = ["sc"],
        Default = DefaultClassFields,
        Validate = static (_, resource, errors) => ClassRules.Check(resource, errors),
        Columns =
        [
            Columns.Name with { Value = static (resource, _) => NameOfClass(resource) },
            Columns.Text("Provisioner", static resource => resource.Text("provisioner")),
            Columns.Text("ReclaimPolicy", static resource => resource.Text("reclaimPolicy")),
            Columns.Text("VolumeBindingMode", static resource => resource.Text("volumeBindingMode")),
            Columns.Text("AllowVolumeExpansion", static resource => resource.Flag("allowVolumeExpansion") ? "true" : "false"),
            Columns.Age,
        ],
    };

    private static void DefaultVolume(JsonObject resource)
    {
        var spec = resource.Need("spec");
        spec.Default("persistentVolumeReclaimPolicy", "Retain");
        spec.Default("volumeMode", "Filesystem");
    }

    private static void DefaultClassFields(JsonObject resource)
    {
        resource.Default("reclaimPolicy", "Delete");
        resource.Default("volumeBindingMode", "Immediate");
    }

    private static string NameOfClass(JsonObject resource) =>
        resource.Text("metadata", "name") + (resource.Text("metadata", "annotations", DefaultClass) == "true" ? " (default)" : "");

    private static string Phase(JsonObject resource) => resource.Text("metadata", "deletionTimestamp").Length > 0 ? "Terminating" : resource.Text("status", "phase");

    private static string Modes(JsonObject resource, string part)
    {
        var given = resource.Texts(part, "accessModes").ToHashSet(StringComparer.Ordinal);
        return string.Join(',', AccessModes.Where(mode => given.Contains(mode.Mode)).Select(mode => mode.Short));
    }
}
