using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Autoscaling.V2;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Pulumi.Kubernetes.Types.Inputs.Policy.V1;
using Kubernetes = Pulumi.Kubernetes;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>An autoscaler that names its target by the target's outputs, and a budget in percent.</summary>
internal sealed class Autoscaled : Stack
{
    public Autoscaled()
    {
        var config = new Config();
        var target = config.GetInt32("targetCpu") ?? 50;
        var labels = new Dictionary<string, string> { ["app.kubernetes.io/name"] = "worker" };
        var worker = new Kubernetes.Apps.V1.Deployment(
            "worker",
            new DeploymentArgs
            {
                Metadata = new ObjectMetaArgs { Annotations = { ["pulumi.com/timeoutSeconds"] = "60" } },
                Spec = new DeploymentSpecArgs
                {
                    Selector = new LabelSelectorArgs { MatchLabels = labels },
                    Strategy = new DeploymentStrategyArgs
                    {
                        Type = "RollingUpdate",
                        RollingUpdate = new RollingUpdateDeploymentArgs { MaxSurge = "25%", MaxUnavailable = 0 },
                    },
                    Template = new PodTemplateSpecArgs
                    {
                        Metadata = new ObjectMetaArgs { Labels = labels },
                        Spec = new PodSpecArgs
                        {
                            TerminationGracePeriodSeconds = 30,
                            Containers = new[]
                            {
                                new ContainerArgs
                                {
                                    Name = "worker",
                                    Image = "example.com/worker@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                    Resources = new ResourceRequirementsArgs
                                    {
                                        Requests = { { "cpu", "250m" }, { "memory", "64Mi" } },
                                        Limits = { { "cpu", "1000m" }, { "memory", "0.5Gi" } },
                                    },
                                },
                            },
                        },
                    },
                },
            },
            new CustomResourceOptions { IgnoreChanges = { "spec.replicas" } });

        var autoscaler = new Kubernetes.Autoscaling.V2.HorizontalPodAutoscaler("worker", new HorizontalPodAutoscalerArgs
        {
            Spec = new HorizontalPodAutoscalerSpecArgs
            {
                ScaleTargetRef = new CrossVersionObjectReferenceArgs
                {
                    ApiVersion = worker.ApiVersion,
                    Kind = worker.Kind,
                    Name = worker.Metadata.Apply(metadata => metadata.Name),
                },
                MinReplicas = 1,
                MaxReplicas = 5,
                Metrics =
                {
                    new MetricSpecArgs
                    {
                        Type = "Resource",
                        Resource = new ResourceMetricSourceArgs
                        {
                            Name = "cpu",
                            Target = new MetricTargetArgs { Type = "Utilization", AverageUtilization = target },
                        },
                    },
                },
                Behavior = new HorizontalPodAutoscalerBehaviorArgs
                {
                    ScaleDown = new HPAScalingRulesArgs
                    {
                        StabilizationWindowSeconds = 60,
                        Policies = { new HPAScalingPolicyArgs { Type = "Percent", Value = 100, PeriodSeconds = 15 } },
                    },
                },
            },
        });

        _ = new Kubernetes.Policy.V1.PodDisruptionBudget("worker", new PodDisruptionBudgetArgs
        {
            Spec = new PodDisruptionBudgetSpecArgs { MaxUnavailable = "30%", Selector = new LabelSelectorArgs { MatchLabels = labels } },
        });

        Range = autoscaler.Spec.Apply(spec => $"{spec.MinReplicas} to {spec.MaxReplicas}");
    }

    [Output("range")]
    public Output<string> Range { get; private set; }
}
