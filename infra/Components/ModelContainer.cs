using Pulumi;
using Pulumi.Docker;
using Pulumi.Docker.Inputs;
using Scalelab.Infra.Settings;

namespace Scalelab.Infra.Components;

/// <summary>The model server as one container of a Docker engine.</summary>
internal sealed class ModelContainer : ComponentResource
{
    /// <summary>Part of the state of every deployed stack: another name would replace what is deployed.</summary>
    public const string Token = "scalelab:serving:ModelContainer";

    // What students type after docker.
    private const string ContainerName = "ml-app";

    private const int ServerPort = 5000;

    /// <param name="image">What it runs, by digest.</param>
    public ModelContainer(string name, Input<string> image, ContainerSettings settings, ComponentResourceOptions? options = null)
        : base(Token, name, options)
    {
        var container = new Container(
            name,
            new ContainerArgs
            {
                Name = ContainerName,
                Image = image,
                Ports = { new ContainerPortArgs { Internal = ServerPort, External = settings.Port } },
                Restart = "unless-stopped",
            },
            // Two containers can share neither the name nor the port.
            new CustomResourceOptions { Parent = this, DeleteBeforeReplace = true });

        // Known once the container runs, so that nobody looks before.
        Url = container.Name.Apply(_ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"http://{settings.Host}:{settings.Port}{settings.Path}"));
        RegisterOutputs(new Dictionary<string, object?> { ["url"] = Url });
    }

    /// <summary>Where it answers.</summary>
    public Output<string> Url { get; }
}
