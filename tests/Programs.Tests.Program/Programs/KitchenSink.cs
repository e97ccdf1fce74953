using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Apps = Pulumi.Kubernetes.Apps.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>A pod with most of what a pod can have.</summary>
internal sealed class KitchenSink : Stack
{
    public KitchenSink()
    {
        var settings = new ConfigMap("settings", new ConfigMapArgs { Data = { { "LOG_LEVEL", "info" }, { "app.json", "{}" } } });
        var token = new Secret("token", new SecretArgs { StringData = { ["token"] = "s3cr3t" } });
        var labels = new InputMap<string> { ["app"] = "sink" };
        var deployment = new Apps.Deployment("sink", new DeploymentArgs
        {
            Spec = new DeploymentSpecArgs
            {
                Replicas = 2,
                MinReadySeconds = 0,
                RevisionHistoryLimit = 3,
                ProgressDeadlineSeconds = 120,
                Selector = new LabelSelectorArgs
                {
                    MatchExpressions = { new LabelSelectorRequirementArgs { Key = "app", Operator = "In", Values = { "sink" } } },
                },
                Template = new PodTemplateSpecArgs
                {
                    Metadata = new ObjectMetaArgs { Labels = labels },
                    Spec = new PodSpecArgs
                    {
                        SecurityContext = new PodSecurityContextArgs { RunAsNonRoot = true, RunAsUser = 1000, FsGroup = 2000 },
                        InitContainers = { new ContainerArgs { Name = "init", Image = "busybox", Command = { "sh", "-c" }, Args = { "true" } } },
                        Containers =
                        {
                            new ContainerArgs
                            {
                                Name = "main",
                                Image = "example.com/main:1",
                                ImagePullPolicy = "IfNotPresent",
                                Ports = { new ContainerPortArgs { Name = "http", ContainerPortValue = 8080, Protocol = "TCP" } },
                                Env =
                                {
                                    new EnvVarArgs { Name = "PLAIN", Value = "1" },
                                    new EnvVarArgs
                                    {
                                        Name = "LEVEL",
                                        ValueFrom = new EnvVarSourceArgs { ConfigMapKeyRef = new ConfigMapKeySelectorArgs { Name = settings.Metadata.Apply(m => m.Name), Key = "LOG_LEVEL" } },
                                    },
                                    new EnvVarArgs { Name = "IP", ValueFrom = new EnvVarSourceArgs { FieldRef = new ObjectFieldSelectorArgs { FieldPath = "status.podIP" } } },
                                    new EnvVarArgs { Name = "CPUS", ValueFrom = new EnvVarSourceArgs { ResourceFieldRef = new ResourceFieldSelectorArgs { Resource = "limits.cpu", Divisor = "1m" } } },
                                },
                                EnvFrom = { new EnvFromSourceArgs { Prefix = "TOKEN_", SecretRef = new SecretEnvSourceArgs { Name = token.Metadata.Apply(m => m.Name) } } },
                                StartupProbe = new ProbeArgs { TcpSocket = new TCPSocketActionArgs { Port = 8080 }, FailureThreshold = 30 },
                                ReadinessProbe = new ProbeArgs
                                {
                                    HttpGet = new HTTPGetActionArgs
                                    {
                                        Path = "/readyz",
                                        Port = "http",
                                        Scheme = "HTTP",
                                        HttpHeaders = { new HTTPHeaderArgs { Name = "x-probe", Value = "1" } },
                                    },
                                    PeriodSeconds = 5,
                                },
                                LivenessProbe = new ProbeArgs { Exec = new ExecActionArgs { Command = { "cat", "/tmp/alive" } }, InitialDelaySeconds = 10 },
                                Lifecycle = new LifecycleArgs { PreStop = new LifecycleHandlerArgs { Sleep = new SleepActionArgs { Seconds = 5 } } },
                                SecurityContext = new SecurityContextArgs
                                {
                                    AllowPrivilegeEscalation = false,
                                    ReadOnlyRootFilesystem = true,
                                    Capabilities = new CapabilitiesArgs { Drop = { "ALL" } },
                                },
                                VolumeMounts = { new VolumeMountArgs { Name = "all", MountPath = "/etc/all" }, new VolumeMountArgs { Name = "tmp", MountPath = "/tmp" } },
                                Resources = new ResourceRequirementsArgs { Limits = { ["cpu"] = "1", ["memory"] = "128Mi" } },
                            },
                            new ContainerArgs { Name = "sidecar", Image = "example.com/sidecar:2", LivenessProbe = new ProbeArgs { Grpc = new GRPCActionArgs { Port = 9000 } } },
                        },
                        Volumes =
                        {
                            new VolumeArgs
                            {
                                Name = "all",
                                Projected = new ProjectedVolumeSourceArgs
                                {
                                    Sources =
                                    {
                                        new VolumeProjectionArgs
                                        {
                                            ConfigMap = new ConfigMapProjectionArgs
                                            {
                                                Name = settings.Metadata.Apply(m => m.Name),
                                                Items = { new KeyToPathArgs { Key = "app.json", Path = "app.json", Mode = 0x124 } },
                                            },
                                        },
                                        new VolumeProjectionArgs
                                        {
                                            DownwardAPI = new DownwardAPIProjectionArgs
                                            {
                                                Items = { new DownwardAPIVolumeFileArgs { Path = "labels", FieldRef = new ObjectFieldSelectorArgs { FieldPath = "metadata.labels" } } },
                                            },
                                        },
                                    },
                                },
                            },
                            new VolumeArgs { Name = "tmp", EmptyDir = new EmptyDirVolumeSourceArgs { SizeLimit = "64Mi" } },
                        },
                        Affinity = new AffinityArgs
                        {
                            NodeAffinity = new NodeAffinityArgs
                            {
                                PreferredDuringSchedulingIgnoredDuringExecution =
                                {
                                    new PreferredSchedulingTermArgs
                                    {
                                        Weight = 1,
                                        Preference = new NodeSelectorTermArgs
                                        {
                                            MatchExpressions = { new NodeSelectorRequirementArgs { Key = "disk", Operator = "Exists" } },
                                        },
                                    },
                                },
                            },
                        },
                        TopologySpreadConstraints =
                        {
                            new TopologySpreadConstraintArgs
                            {
                                MaxSkew = 1,
                                TopologyKey = "kubernetes.io/hostname",
                                WhenUnsatisfiable = "ScheduleAnyway",
                                LabelSelector = new LabelSelectorArgs { MatchLabels = labels },
                            },
                        },
                        Tolerations = { new TolerationArgs { Key = "dedicated", Operator = "Exists", Effect = "NoSchedule" } },
                    },
                },
            },
        });
        Available = deployment.Status.Apply(status => status.AvailableReplicas);
    }

    [Output("available")]
    public Output<int> Available { get; private set; }
}
