using Docker.DotNet;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers.Docker.Building;
using Scalelab.Engine.Providers.Docker.Registries;

namespace Scalelab.Engine.Providers.Docker.Containers;

/// <summary>Sees to it that the engine has the image that a container is to run.</summary>
internal sealed class ContainerImages(DockerClient client, PropertyMap config, ProviderContext context)
{
    /// <summary>Pulls an image that the engine lacks, as whom the provider's <c>registryAuth</c> or <c>docker login</c> says.</summary>
    /// <exception cref="ProviderException">There is no such image.</exception>
    public async Task EnsureAsync(string image, string? platform, Urn urn, CancellationToken cancellationToken)
    {
        try
        {
            await client.Images.InspectImageAsync(image, cancellationToken);
        }
        catch (DockerImageNotFoundException e)
        {
            var name = ImageName.Parse(image) ?? throw new ProviderException($"The Docker engine has no image '{image}', and that is no name to pull one by. Correct 'image'.", e);
            await new ImagePush(client, new BuildLog(urn, context), cancellationToken).PullAsync(image, name, platform, await new ProviderLogins(config, context).ForAsync(name, cancellationToken));
        }
    }
}
