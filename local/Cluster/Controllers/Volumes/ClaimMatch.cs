using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Controllers.Volumes;

/// <summary>Which volume a claim gets, by the rules of kube-controller-manager's binder. Pure.</summary>
internal static class ClaimMatch
{
    /// <summary>The smallest volume that will do; one that names the claim before all others. Null where there is none.</summary>
    public static V1PersistentVolume? Best(V1PersistentVolumeClaim claim, IEnumerable<V1PersistentVolume> volumes) => volumes
        .Where(volume => Suits(volume, claim))
        .OrderByDescending(volume => volume.Spec.ClaimRef is not null).ThenBy(volume => Storage(volume.Spec.Capacity)).ThenBy(volume => volume.Metadata.Name, StringComparer.Ordinal)
        .FirstOrDefault();

    public static bool IsOf(V1PersistentVolume volume, V1PersistentVolumeClaim claim) =>
        volume.Spec.ClaimRef is { } reference && reference.Name == claim.Metadata.Name && reference.NamespaceProperty == claim.Metadata.NamespaceProperty
        && (reference.Uid is null or "" || reference.Uid == claim.Metadata.Uid);

    private static bool Suits(V1PersistentVolume volume, V1PersistentVolumeClaim claim) =>
        volume.Metadata.DeletionTimestamp is null
        && (volume.Spec.ClaimRef is null ? volume.Status?.Phase is not ("Released" or "Failed") : IsOf(volume, claim))
        && (claim.Spec.VolumeName is null or "" || claim.Spec.VolumeName == volume.Metadata.Name)
        && (volume.Spec.StorageClassName ?? "") == (claim.Spec.StorageClassName ?? "")
        && (volume.Spec.VolumeMode ?? "Filesystem") == (claim.Spec.VolumeMode ?? "Filesystem")
        && (claim.Spec.AccessModes ?? []).All(mode => volume.Spec.AccessModes?.Contains(mode) == true)
        && (claim.Spec.Selector is null || LabelSelectors.Matches(claim.Spec.Selector, volume.Metadata.Labels))
        && Storage(volume.Spec.Capacity) >= Storage(claim.Spec.Resources?.Requests);

    private static double Storage(IDictionary<string, ResourceQuantity>? amounts) => amounts?.TryGetValue("storage", out var amount) == true ? Quantity.Parse(amount.ToString()).ToDouble() : 0;
}
