using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet;

namespace Scalelab.Engine.Providers.Docker;

/// <summary>Says what a Docker engine refuses, and what to do about what is refused most often.</summary>
internal static class DockerErrors
{
    private static readonly (string Part, string Advice)[] Known =
    [
        ("server gave HTTP response to HTTPS client", "The registry has no TLS. Add it to \"insecure-registries\" in the Docker engine's daemon.json, and restart the engine."),
        ("no basic auth credentials", "The registry asks for a login. Run 'docker login' for it, or give the resource's 'registry' a username and a password."),
        ("authentication required", "The registry asks for a login. Run 'docker login' for it, or give the resource's 'registry' a username and a password."),
        ("unauthorized", "The registry does not take these credentials. Run 'docker login' for it again, or correct the resource's 'registry'."),
        ("denied: requested access", "These credentials may not push there. Correct the image's name, or log in as somebody who may."),
        ("port is already allocated", "Another container has that port. Give 'ports' another 'external' one, or stop the other container: 'docker ps' shows it."),
        ("address already in use", "Another program has that port. Give 'ports' another 'external' one, or stop the program."),
        ("is already in use by container", "Give 'name' another value, leave it out to have one made up, or remove the other container."),
        ("could not select device driver", "The Docker engine has no driver for the devices that 'gpus' asks for. Install it, or leave that out."),
        ("network bridge not found", "The Docker engine has no bridge. Choose another network: 'host' works everywhere on Linux."),
    ];

    public static string Describe(DockerApiException e) => Describe(Message(e));

    /// <summary>The engine's message, with what to do about it where that is known.</summary>
    public static string Describe(string message)
    {
        var advice = Known.FirstOrDefault(known => message.Contains(known.Part, StringComparison.OrdinalIgnoreCase)).Advice;
        return advice is null ? message : $"{message.TrimEnd('.')}. {advice}";
    }

    private static string Message(DockerApiException e)
    {
        try
        {
            return (string?)JsonNode.Parse(e.ResponseBody ?? "")?["message"] ?? e.Message;
        }
        catch (JsonException)
        {
            return e.ResponseBody is { Length: > 0 } body ? body.Trim() : e.Message;
        }
    }
}
