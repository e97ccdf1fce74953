using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Apps.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>The shortest stack class: one Deployment, its name as output.</summary>
internal sealed class Nginx : Stack
{
    public Nginx()
    {
        var appLabels = new InputMap<string> { { "app", "nginx" } };

        var deployment = new Pulumi.Kubernetes.Apps.V1.Deployment("nginx", new DeploymentArgs
        {
            Spec = new DeploymentSpecArgs
            {
                Selector = new LabelSelectorArgs { MatchLabels = appLabels },
                Replicas = 1,
                Template = new PodTemplateSpecArgs
                {
                    Metadata = new ObjectMetaArgs { Labels = appLabels },
                    Spec = new PodSpecArgs
                    {
                        Containers =
                        {
                            new ContainerArgs
                            {
                                Name = "nginx",
                                Image = "nginx",
                                Ports = { new ContainerPortArgs { ContainerPortValue = 80 } },
                            },
                        },
                    },
                },
            },
        });

        Name = deployment.Metadata.Apply(m => m.Name);
    }

    [Output]
    public Output<string> Name { get; set; }
}
