using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Scalelab.Infra.Settings;
using KubernetesDeployment = Pulumi.Kubernetes.Apps.V1.Deployment;

namespace Scalelab.Infra.Components;

/// <summary>
/// The model server on a cluster: a Deployment, and the Service in front of it. Neither waits for the other. The Service is there before
/// the first pod is ready, and both are awaited at the same time; were one made to wait, each would wait for what the other brings.
/// </summary>
internal sealed class ModelDeployment : ComponentResource
{
    /// <summary>Part of the state of every deployed stack: another name would replace what is deployed.</summary>
    public const string Token = "scalelab:serving:ModelDeployment";

    // The exercises' own names: what students type after kubectl.
    private const string DeploymentName = "ml-kube-app";
    private const string ServiceName = "ml-kube-service";
    private const string ContainerName = "ml-app";

    private const int ContainerPort = 5000;
    private const string PortName = "http";

    // Kubernetes gives its verdict first, with the reason; Pulumi's time-out is for clusters that give none.
    private static readonly TimeSpan ProgressDeadline = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(6);

    public ModelDeployment(string name, ModelDeploymentArgs args, ComponentResourceOptions? options = null)
        : base(Token, name, options)
    {
        var labels = new InputMap<string> { ["app"] = DeploymentName };
        var resourceOptions = new CustomResourceOptions
        {
            Parent = this,
            CustomTimeouts = new CustomTimeouts { Create = Timeout, Update = Timeout },
        };

        var service = new Service(
            name,
            new ServiceArgs
            {
                Metadata = new ObjectMetaArgs { Name = ServiceName, Namespace = args.Namespace, Labels = labels },
                Spec = ServiceSpec(args, labels),
            },
            resourceOptions);
        var deployment = new KubernetesDeployment(
            name,
            new DeploymentArgs
            {
                Metadata = new ObjectMetaArgs { Name = DeploymentName, Namespace = args.Namespace, Labels = labels },
                Spec = DeploymentSpec(args, labels),
            },
            resourceOptions);

        Service = service.Metadata.Apply(metadata => metadata.Name);
        Deployment = deployment.Metadata.Apply(metadata => metadata.Name);
        Url = Output.Format($"http://{Address(service, args)}{args.Service.Path}");
        RegisterOutputs(new Dictionary<string, object?> { ["service"] = Service, ["deployment"] = Deployment, ["url"] = Url });
    }

    /// <summary>The Service's name.</summary>
    public Output<string> Service { get; }

    /// <summary>The Deployment's name.</summary>
    public Output<string> Deployment { get; }

    /// <summary>Where the server answers from outside the cluster.</summary>
    public Output<string> Url { get; }

    private static DeploymentSpecArgs DeploymentSpec(ModelDeploymentArgs args, InputMap<string> labels) => new()
    {
        // Where an autoscaler owns the number, declaring one would take it back with every update.
        Replicas = args.Deployment.Replicas is { } replicas ? (Input<int>)replicas : null,
        ProgressDeadlineSeconds = (int)ProgressDeadline.TotalSeconds,
        Selector = new LabelSelectorArgs { MatchLabels = labels },
        // A new version takes over pod by pod: at no time are there fewer ready pods than declared.
        Strategy = new DeploymentStrategyArgs
        {
            Type = "RollingUpdate",
            RollingUpdate = new RollingUpdateDeploymentArgs { MaxSurge = 1, MaxUnavailable = 0 },
        },
        Template = new PodTemplateSpecArgs
        {
            Metadata = new ObjectMetaArgs { Labels = labels },
            Spec = new PodSpecArgs
            {
                // The server asks nothing of the cluster: no token for it, and no variables about the namespace's Services.
                AutomountServiceAccountToken = false,
                EnableServiceLinks = false,
                // Longer than the server takes to finish the requests that it has accepted.
                TerminationGracePeriodSeconds = 30,
                Containers = { Container(args) },
            },
        },
    };

    private static ContainerArgs Container(ModelDeploymentArgs args) => new()
    {
        Name = ContainerName,
        Image = args.Image,
        Ports = { new ContainerPortArgs { Name = PortName, ContainerPortValue = ContainerPort } },
        Env =
        {
            FromField("POD_NAME", "metadata.name"),
            FromField("POD_IP", "status.podIP"),
        },
        Resources = new ResourceRequirementsArgs
        {
            Requests = Amounts(args.Deployment.Requests),
            Limits = Amounts(args.Deployment.Limits),
        },
        // Two minutes for the model to load, looked at every second: a pod is in service as soon as it can be.
        StartupProbe = Probe("/readyz", periodSeconds: 1, failureThreshold: 120),
        // Not /test, which the exercises probe: it runs the model, so that busy pods would fail the probe and the rest get their load too.
        ReadinessProbe = Probe("/readyz", periodSeconds: 5, failureThreshold: 3),
        // Only a hung server is worth a restart: half a minute of silence.
        LivenessProbe = Probe("/healthz", periodSeconds: 10, failureThreshold: 3),
        SecurityContext = new SecurityContextArgs
        {
            AllowPrivilegeEscalation = false,
            Capabilities = new CapabilitiesArgs { Drop = { "ALL" } },
        },
    };

    private static ServiceSpecArgs ServiceSpec(ModelDeploymentArgs args, InputMap<string> labels) => new()
    {
        Type = TypeOn(args.Target, args.Service).ToString(),
        Selector = labels,
        Ports =
        {
            new ServicePortArgs { Name = PortName, Port = args.Service.Port, TargetPort = ContainerPort, NodePort = args.Service.NodePort },
        },
    };

    /// <summary>Where a cluster has no load balancer, the Service's node port is what is left of it.</summary>
    private static ServiceType TypeOn(TargetSettings target, ServiceSettings service) =>
        target.HasLoadBalancer ? service.Type : ServiceType.NodePort;

    private static Output<string> Address(Service service, ModelDeploymentArgs args) => TypeOn(args.Target, args.Service) switch
    {
        ServiceType.LoadBalancer => service.Status.Apply(status => status.LoadBalancer.Ingress[0])
            .Apply(ingress => $"{ingress.Ip ?? ingress.Hostname}:{args.Service.Port}"),
        // From the cluster's answer and not from the configuration: known only when the Service is there.
        _ => service.Spec.Apply(spec => $"{args.Target.NodeAddress}:{spec.Ports[0].NodePort}"),
    };

    private static EnvVarArgs FromField(string name, string path) => new()
    {
        Name = name,
        ValueFrom = new EnvVarSourceArgs { FieldRef = new ObjectFieldSelectorArgs { FieldPath = path } },
    };

    private static InputMap<string> Amounts(ResourceSettings resources) => new()
    {
        ["cpu"] = resources.Cpu.Text,
        ["memory"] = resources.Memory.Text,
    };

    private static ProbeArgs Probe(string path, int periodSeconds, int failureThreshold) => new()
    {
        HttpGet = new HTTPGetActionArgs { Path = path, Port = PortName },
        PeriodSeconds = periodSeconds,
        FailureThreshold = failureThreshold,
        // Five replicas on two cores answer late when they are busy, which is not a reason to restart any of them.
        TimeoutSeconds = 5,
    };
}
