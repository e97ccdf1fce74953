namespace Scalelab.Sdk.Tests.Surface;

/// <summary>What the embedded packages lack on purpose, and why.</summary>
internal static class KnownGaps
{
    private const string Retired = "Kubernetes dropped or renamed it; the official package keeps it for old clusters.";
    private const string OtherGroup = "Only used by a group that is not generated.";
    private const string Helm = "For Helm charts and slow clusters; the program has neither.";

    public static readonly IReadOnlyDictionary<string, string> Kubernetes = new Dictionary<string, string>
    {
        ["Pulumi.Kubernetes.Config"] = "Settings of the default provider; the program configures its own.",
        ["Pulumi.Kubernetes.ProviderArgs HelmReleaseSettings"] = Helm,
        ["Pulumi.Kubernetes.ProviderArgs KubeClientSettings"] = Helm,
        ["Pulumi.Kubernetes.Core.V1.EphemeralContainers"] = Retired,
        ["Pulumi.Kubernetes.Networking.V1.NetworkPolicy Status"] = Retired,
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.ClaimSourceArgs"] = Retired,
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.ComponentConditionArgs"] = "Only in ComponentStatus, which cannot be declared.",
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.EphemeralContainersArgs"] = Retired,
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.EphemeralVolumeSourceArgs ReadOnly"] = Retired,
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.EventSeriesArgs State"] = Retired,
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.HandlerArgs"] = Retired,
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.NodeAllocatableResourceClaimStatusArgs Resources"] = Retired,
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.PersistentVolumeClaimStatusArgs ResizeStatus"] = Retired,
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.PodResourceClaimArgs Source"] = Retired,
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.ServiceSpecArgs IpFamily"] = Retired,
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.ServiceSpecArgs TopologyKeys"] = Retired,
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.TopologySelectorLabelRequirementArgs"] = OtherGroup,
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.TopologySelectorTermArgs"] = OtherGroup,
        ["Pulumi.Kubernetes.Types.Inputs.Core.V1.WorkloadReferenceArgs"] = Retired,
        ["Pulumi.Kubernetes.Types.Inputs.Meta.V1.GroupResourceArgs"] = OtherGroup,
        ["Pulumi.Kubernetes.Types.Inputs.Meta.V1.ObjectMetaArgs ClusterName"] = Retired,
        ["Pulumi.Kubernetes.Types.Inputs.Networking.V1.NetworkPolicyStatusArgs"] = Retired,
    };
}
