using Pulumi;
using Pulumi.Kubernetes.Autoscaling.V2;
using Pulumi.Kubernetes.Types.Inputs.Autoscaling.V2;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Scalelab.Infra.Settings;

namespace Scalelab.Infra.Components;

/// <summary>
/// Adds and removes pods of a Deployment so that their CPU stays near a share of what they request. How fast it may do so is left to the
/// cluster's defaults, which are what the exercise shows.
/// </summary>
internal sealed class Autoscaler : ComponentResource
{
    /// <summary>Part of the state of every deployed stack: another name would replace what is deployed.</summary>
    public const string Token = "scalelab:serving:Autoscaler";

    /// <param name="namespace">Where the Deployment is.</param>
    /// <param name="deployment">The Deployment's name; the autoscaler gets the same, as <c>kubectl autoscale</c> would name it.</param>
    public Autoscaler(string name, Input<string> @namespace, Input<string> deployment, AutoscalerSettings settings, ComponentResourceOptions? options = null)
        : base(Token, name, options)
    {
        var autoscaler = new HorizontalPodAutoscaler(
            name,
            new HorizontalPodAutoscalerArgs
            {
                Metadata = new ObjectMetaArgs { Name = deployment, Namespace = @namespace },
                Spec = new HorizontalPodAutoscalerSpecArgs
                {
                    ScaleTargetRef = new CrossVersionObjectReferenceArgs { ApiVersion = "apps/v1", Kind = "Deployment", Name = deployment },
                    MinReplicas = settings.MinReplicas,
                    MaxReplicas = settings.MaxReplicas,
                    Metrics = { Cpu(settings.CpuUtilization) },
                },
            },
            new CustomResourceOptions { Parent = this });

        Name = autoscaler.Metadata.Apply(metadata => metadata.Name);
        RegisterOutputs(new Dictionary<string, object?> { ["name"] = Name });
    }

    /// <summary>The autoscaler's name.</summary>
    public Output<string> Name { get; }

    private static MetricSpecArgs Cpu(int utilization) => new()
    {
        Type = "Resource",
        Resource = new ResourceMetricSourceArgs
        {
            Name = "cpu",
            Target = new MetricTargetArgs { Type = "Utilization", AverageUtilization = utilization },
        },
    };
}
