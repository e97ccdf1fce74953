using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker.Registries;

/// <summary>As whom images are pulled: as the provider's <c>registryAuth</c> says of their registry, or else as whoever is logged in.</summary>
internal sealed class ProviderLogins(PropertyMap config, ProviderContext context)
{
    private const string List = "registryAuth";

    /// <returns>The credentials; without a user where there are none, which is how a registry without logins is used.</returns>
    /// <exception cref="ProviderException">What the provider names cannot be read.</exception>
    public async Task<AuthConfig> ForAsync(ImageName image, CancellationToken cancellationToken)
    {
        var server = ImageName.ServerOf(image.Registry);
        var none = new AuthConfig { ServerAddress = server };
        if (Registries().FirstOrDefault(registry => ImageName.ServerOf(registry.FindText("address") ?? "") == server) is not { } own)
        {
            return await DockerConfigFile.Load(context).FindAsync(server, cancellationToken) ?? none;
        }

        return own.Find("authDisabled") is BoolValue { Value: true } ? none
            : own.FindText("username") is { Length: > 0 } user ? new AuthConfig { ServerAddress = server, Username = user, Password = own.FindText("password") }
            : await SettingsOf(own).FindAsync(server, cancellationToken) ?? none;
    }

    private DockerConfigFile SettingsOf(PropertyMap registry) =>
        registry.FindText("configFileContent") is { Length: > 0 } text ? DockerConfigFile.Parse("in the provider's 'configFileContent'", text, context)
        : registry.FindText("configFile") is { Length: > 0 } file ? DockerConfigFile.Load(Path.GetFullPath(file, context.WorkingDirectory), context)
        : DockerConfigFile.Load(context);

    // Providers' lists travel as JSON in a text.
    private IEnumerable<PropertyMap> Registries()
    {
        try
        {
            var list = config.Find(List) is StringValue { Value: { Length: > 0 } json } ? PlainJson.FromJson(JsonNode.Parse(json)) as ListValue : config.Find(List) as ListValue;
            return (list?.Items ?? []).Select(item => item.Revealed).OfType<PropertyMap>();
        }
        catch (JsonException e)
        {
            throw new ProviderException($"The docker provider's '{List}' is no list: {e.Message}", e);
        }
    }
}
