using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Scheduling.V1;
using Pulumi.Kubernetes.Types.Inputs.Storage.V1;
using CoreV1 = Pulumi.Kubernetes.Core.V1;
using Scheduling = Pulumi.Kubernetes.Scheduling.V1;
using StorageV1 = Pulumi.Kubernetes.Storage.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>Kinds without a namespace, and a claim that nothing binds yet.</summary>
internal sealed class Storage : Stack
{
    public Storage()
    {
        var fast = new StorageV1.StorageClass("fast", new StorageClassArgs
        {
            Provisioner = "kubernetes.io/no-provisioner",
            VolumeBindingMode = "WaitForFirstConsumer",
            ReclaimPolicy = "Delete",
            AllowVolumeExpansion = true,
            MountOptions = { "discard" },
        });
        _ = new CoreV1.PersistentVolume("disk", new PersistentVolumeArgs
        {
            Metadata = new ObjectMetaArgs { Annotations = { ["pulumi.com/skipAwait"] = "true" } },
            Spec = new PersistentVolumeSpecArgs
            {
                Capacity = { ["storage"] = "1Gi" },
                AccessModes = { "ReadWriteOnce" },
                StorageClassName = fast.Metadata.Apply(metadata => metadata.Name),
                HostPath = new HostPathVolumeSourceArgs { Path = "/tmp/disk", Type = "DirectoryOrCreate" },
            },
        });
        var claim = new CoreV1.PersistentVolumeClaim("data", new PersistentVolumeClaimArgs
        {
            Metadata = new ObjectMetaArgs { Annotations = { ["pulumi.com/skipAwait"] = "true" } },
            Spec = new PersistentVolumeClaimSpecArgs
            {
                AccessModes = new[] { "ReadWriteOnce" },
                StorageClassName = fast.Metadata.Apply(metadata => metadata.Name),
                Resources = new VolumeResourceRequirementsArgs { Requests = { ["storage"] = "1Gi" } },
            },
        });
        var priority = new Scheduling.PriorityClass("low", new PriorityClassArgs { Value = -10, GlobalDefault = false, Description = "Waits." });
        Value = priority.Value;
        Claim = claim.Spec.Apply(spec => spec.AccessModes[0]);
    }

    [Output("value")]
    public Output<int> Value { get; set; }

    [Output("claim")]
    public Output<string> Claim { get; set; }
}
