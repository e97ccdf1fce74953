using Pulumi;
using Pulumi.Kubernetes;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;
using Scalelab.Infra.Components;
using Scalelab.Infra.Settings;

namespace Scalelab.Infra;

/// <summary>One exercise, on a Docker engine or on a cluster. The stack's configuration says which: settings in, components out, outputs named.</summary>
public sealed class ExerciseStack : Stack
{
    public ExerciseStack()
    {
        var settings = StackSettings.Load();
        var image = new ModelImage("model", settings.Image);
        Image = image.Reference;
        if (settings.Container is { } container)
        {
            Url = new ModelContainer("model", image.Reference, container).Url;
        }
        else if (settings.Cluster is { } cluster)
        {
            (Url, Namespace, Service) = Deploy(cluster, image.Reference);
        }
    }

    /// <summary>Where the exercise answers.</summary>
    [Output("url")]
    public Output<string> Url { get; private set; } = null!;

    /// <summary>The image that the pods run, <c>registry/name@sha256:…</c>.</summary>
    [Output("image")]
    public Output<string> Image { get; private set; }

    /// <summary>Where kubectl finds the exercise; nothing where it runs on a Docker engine.</summary>
    [Output("namespace")]
    public Output<string?> Namespace { get; private set; } = Output.Create(default(string));

    /// <summary>The name of the Service in front of the pods; nothing where there are none.</summary>
    [Output("service")]
    public Output<string?> Service { get; private set; } = Output.Create(default(string));

    private static (Output<string> Url, Output<string?> Namespace, Output<string?> Service) Deploy(ClusterSettings settings, Output<string> image)
    {
        // Named in the configuration, never taken from the machine's surroundings: nobody deploys to the wrong cluster by accident.
        var cluster = new Provider("cluster", new ProviderArgs
        {
            KubeConfig = settings.Target.Kubeconfig,
            DeleteUnreachable = settings.Target.DeleteUnreachable,
        });
        // A namespace an exercise: they stay apart, and kubectl -n pod shows one of them only.
        var exercise = new Namespace(
            "exercise",
            new NamespaceArgs { Metadata = new ObjectMetaArgs { Name = Deployment.Instance.StackName } },
            new CustomResourceOptions { Provider = cluster });
        var name = exercise.Metadata.Apply(metadata => metadata.Name);

        var server = new ModelDeployment(
            "model",
            new ModelDeploymentArgs { Namespace = name, Image = image, Target = settings.Target, Deployment = settings.Deployment, Service = settings.Service },
            new ComponentResourceOptions { Providers = { cluster } });
        if (settings.Autoscaler is { } autoscaler)
        {
            _ = new Autoscaler("model", name, server.Deployment, autoscaler, new ComponentResourceOptions { Providers = { cluster } });
        }

        return (server.Url, name.Apply(string? (text) => text), server.Service.Apply(string? (text) => text));
    }
}
