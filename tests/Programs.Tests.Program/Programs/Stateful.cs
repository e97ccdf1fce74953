using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Apps = Pulumi.Kubernetes.Apps.V1;
using Core = Pulumi.Kubernetes.Core.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>A set with claims and one on every node, declared and not waited for.</summary>
internal sealed class Stateful : Stack
{
    private static readonly Dictionary<string, string> Labels = new() { ["app"] = "db" };

    public Stateful()
    {
        var service = new Core.Service("db", new ServiceArgs
        {
            Spec = new ServiceSpecArgs { ClusterIP = "None", Selector = Labels, Ports = { new ServicePortArgs { Port = 5432 } } },
        });
        var pod = new PodTemplateSpecArgs
        {
            Metadata = new ObjectMetaArgs { Labels = Labels },
            Spec = new PodSpecArgs
            {
                Containers =
                {
                    new ContainerArgs { Name = "db", Image = "postgres:17", VolumeMounts = { new VolumeMountArgs { Name = "data", MountPath = "/var/lib/postgresql/data" } } },
                },
            },
        };
        var set = new Apps.StatefulSet("db", new StatefulSetArgs
        {
            Metadata = new ObjectMetaArgs { Annotations = { ["pulumi.com/skipAwait"] = "true" } },
            Spec = new StatefulSetSpecArgs
            {
                ServiceName = service.Metadata.Apply(metadata => metadata.Name),
                Replicas = 3,
                PodManagementPolicy = "Parallel",
                Selector = new LabelSelectorArgs { MatchLabels = Labels },
                Template = pod,
                VolumeClaimTemplates =
                {
                    new PersistentVolumeClaimArgs
                    {
                        Metadata = new ObjectMetaArgs { Name = "data" },
                        Spec = new PersistentVolumeClaimSpecArgs
                        {
                            AccessModes = { "ReadWriteOnce" },
                            Resources = new VolumeResourceRequirementsArgs { Requests = { ["storage"] = "1Gi" } },
                        },
                    },
                },
            },
        });
        _ = new Apps.DaemonSet("agent", new DaemonSetArgs
        {
            Metadata = new ObjectMetaArgs { Annotations = { ["pulumi.com/skipAwait"] = "true" } },
            Spec = new DaemonSetSpecArgs
            {
                Selector = new LabelSelectorArgs { MatchLabels = { ["app"] = "agent" } },
                UpdateStrategy = new DaemonSetUpdateStrategyArgs { RollingUpdate = new RollingUpdateDaemonSetArgs { MaxUnavailable = 1 } },
                Template = new PodTemplateSpecArgs
                {
                    Metadata = new ObjectMetaArgs { Labels = { ["app"] = "agent" } },
                    Spec = new PodSpecArgs { HostNetwork = false, Containers = { new ContainerArgs { Name = "agent", Image = "agent:1" } } },
                },
            },
        });
        Claims = set.Spec.Apply(spec => spec.VolumeClaimTemplates.Length);
    }

    [Output("claims")]
    public Output<int> Claims { get; set; }
}
