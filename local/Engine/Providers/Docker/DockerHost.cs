using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers.Docker.Registries;

namespace Scalelab.Engine.Providers.Docker;

/// <summary>Where a Docker engine listens, and who said so.</summary>
/// <param name="Address">unix, npipe, tcp, http or https.</param>
/// <param name="Source">For messages: <c>the provider's 'host'</c>.</param>
/// <param name="IsDefault">Nobody named it.</param>
internal sealed record DockerHost(Uri Address, string Source, bool IsDefault = false)
{
    private static readonly string[] Schemes = ["unix", "npipe", "tcp", "http", "https"];

    /// <summary>
    /// The engines to try, in order; the first that answers is used. More than one only where nobody named any. As Pulumi's provider:
    /// <c>host</c>, <c>DOCKER_HOST</c>, the context that the provider, <c>DOCKER_CONTEXT</c> or <c>docker context use</c> names, and then
    /// the machine's socket before the user's own.
    /// </summary>
    /// <exception cref="ProviderException">What is named is not an address, or not one that is supported.</exception>
    public static IReadOnlyList<DockerHost> Find(PropertyMap config, ProviderContext context)
    {
        if (config.FindText("host") is { Length: > 0 } host)
        {
            return [Parse(host, "the provider's 'host'")];
        }

        if (context.Variable("DOCKER_HOST") is { } variable)
        {
            return [Parse(variable, "DOCKER_HOST")];
        }

        var name = config.FindText("context") ?? context.Variable("DOCKER_CONTEXT") ?? DockerConfigFile.Load(context).CurrentContext;
        return name is null or "" or "default" ? Defaults() : [OfContext(name, context)];
    }

    private static DockerHost[] Defaults()
    {
        if (OperatingSystem.IsWindows())
        {
            return [new(new Uri("npipe://./pipe/docker_engine"), "the default", IsDefault: true)];
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return [.. new[] { "/var/run/docker.sock", $"{home}/.docker/run/docker.sock", $"{home}/.docker/desktop/docker.sock" }
            .Select(socket => new DockerHost(new Uri($"unix://{socket}"), "the default", IsDefault: true))];
    }

    private static DockerHost OfContext(string name, ProviderContext context)
    {
        // Docker names a context's folder after the hash of its name.
        var file = Path.Combine(
            DockerConfigFile.FolderOf(context), "contexts", "meta", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name))), "meta.json");
        try
        {
            return (string?)JsonNode.Parse(File.ReadAllText(file))?["Endpoints"]?["docker"]?["Host"] is { Length: > 0 } host
                ? Parse(host, $"the Docker context '{name}'")
                : throw new ProviderException($"The Docker context '{name}' ({file}) names no host. Choose another one with 'docker context use', or set the provider's 'host'.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new ProviderException($"The Docker context '{name}' cannot be read: {e.Message} 'docker context ls' lists those that there are.", e);
        }
    }

    private static DockerHost Parse(string text, string source)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || !(Schemes.Contains(address.Scheme) || address.Scheme == "ssh"))
        {
            throw new ProviderException($"{Capitalize(source)} is '{text}', which is no address of a Docker engine. Write one such as unix:///var/run/docker.sock or tcp://127.0.0.1:2375.");
        }

        return address.Scheme == "ssh"
            ? throw new ProviderException($"{Capitalize(source)} is '{text}': the embedded engine does not reach Docker engines over ssh. Forward the socket ('ssh -L /tmp/docker.sock:/var/run/docker.sock …') and name that, or run the program with the Pulumi CLI.")
            : new DockerHost(address, source);
    }

    private static string Capitalize(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
