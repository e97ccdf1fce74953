using Pulumi;
using Pulumi.Kubernetes;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Scalelab.Infra.Components;
using Scalelab.Infra.Settings;

namespace Scalelab.Infra;

/// <summary>One exercise on one cluster. The stack's configuration says which: settings in, components out, outputs named.</summary>
public sealed class ExerciseStack : Stack
{
    public ExerciseStack()
    {
        var settings = StackSettings.Load();
        // Named in the configuration, never taken from the machine's surroundings: nobody deploys to the wrong cluster by accident.
        var cluster = new Provider("cluster", new ProviderArgs
        {
            KubeConfig = settings.Target.Kubeconfig,
            DeleteUnreachable = settings.Target.DeleteUnreachable,
        });
        // A namespace an exercise: they stay apart, and kubectl -n pod shows one of them only.
        var @namespace = new Namespace(
            "exercise",
            new NamespaceArgs { Metadata = new ObjectMetaArgs { Name = Deployment.Instance.StackName } },
            new CustomResourceOptions { Provider = cluster });

        var image = new ModelImage("model", settings.Image);
        var server = new ModelDeployment(
            "model",
            new ModelDeploymentArgs
            {
                Namespace = @namespace.Metadata.Apply(metadata => metadata.Name),
                Image = image.Reference,
                Target = settings.Target,
                Deployment = settings.Deployment,
                Service = settings.Service,
            },
            new ComponentResourceOptions { Providers = { cluster } });

        if (settings.Autoscaler is { } autoscaler)
        {
            _ = new Autoscaler("model", @namespace.Metadata.Apply(metadata => metadata.Name), server.Deployment, autoscaler, new ComponentResourceOptions { Providers = { cluster } });
        }

        Url = server.Url;
        Image = image.Reference;
        Namespace = @namespace.Metadata.Apply(metadata => metadata.Name);
        Service = server.Service;
    }

    /// <summary>Where the exercise answers.</summary>
    [Output("url")]
    public Output<string> Url { get; private set; }

    /// <summary>The image that the pods run, <c>registry/name@sha256:…</c>.</summary>
    [Output("image")]
    public Output<string> Image { get; private set; }

    /// <summary>Where kubectl finds the exercise.</summary>
    [Output("namespace")]
    public Output<string> Namespace { get; private set; }

    /// <summary>The name of the Service in front of the pods.</summary>
    [Output("service")]
    public Output<string> Service { get; private set; }
}
