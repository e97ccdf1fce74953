using Docker.DotNet.Models;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker.Registries;

/// <summary>As whom an image is pushed: the resource's <c>registry</c>, or else whoever is logged in.</summary>
internal sealed class RegistryLogin(DockerConfigFile settings, PropertyMap? registry)
{
    /// <summary>The program's <c>registry.server</c>; empty where it names none.</summary>
    public string Server => registry?.FindText("server") ?? "";

    /// <summary>What is wrong with the program's credentials, which are then not used; null when nothing is.</summary>
    public string? Warning => (registry?.FindText("username"), registry?.FindText("password")) switch
    {
        (null or "", { Length: > 0 }) => "'registry' has a password but no username: using the credentials of 'docker login' instead.",
        ({ Length: > 0 }, null or "") => "'registry' has a username but no password: using the credentials of 'docker login' instead.",
        _ => null,
    };

    /// <returns>The credentials; without a user where there are none, which is how a registry without logins is used.</returns>
    public async Task<AuthConfig> ForAsync(ImageName image, CancellationToken cancellationToken)
    {
        var server = ImageName.ServerOf(Server.Length > 0 ? Server : image.Registry);
        return registry is not null && registry.FindText("username") is { Length: > 0 } user && registry.FindText("password") is { Length: > 0 } password
            ? new AuthConfig { ServerAddress = server, Username = user, Password = password }
            : await settings.FindAsync(server, cancellationToken) ?? new AuthConfig { ServerAddress = server };
    }
}
