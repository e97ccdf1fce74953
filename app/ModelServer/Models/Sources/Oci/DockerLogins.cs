using System.Net.Http.Headers;
using System.Text.Json;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Sources.Oci;

/// <summary>Logins where Docker keeps them: <c>$DOCKER_CONFIG/config.json</c>, else <c>~/.docker/config.json</c>. Kubernetes mounts image pull secrets in that form.</summary>
internal static class DockerLogins
{
    // The name under which Docker files its own registry.
    private const string DockerHub = "https://index.docker.io/v1/";

    /// <exception cref="ModelException">The file cannot be read.</exception>
    public static async Task<AuthenticationHeaderValue?> FindAsync(string host, Func<string, string?> variable, CancellationToken cancellationToken)
    {
        var folder = variable("DOCKER_CONFIG") is { Length: > 0 } chosen ? chosen : variable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".docker") : null;
        if (folder is null || Path.Combine(folder, "config.json") is var path && !File.Exists(path))
        {
            return null;
        }
        try
        {
            await using var stream = File.OpenRead(path);
            var logins = (await JsonSerializer.DeserializeAsync(stream, OciJson.Default.DockerConfig, cancellationToken))?.Auths;
            string[] names = host == "docker.io" ? [DockerHub, host] : [host, $"https://{host}", $"https://{host}/v1/", $"https://{host}/v2/"];
            var auth = names.Select(name => logins?.GetValueOrDefault(name)?.Auth).FirstOrDefault(text => !string.IsNullOrEmpty(text));
            return auth is null ? null : new AuthenticationHeaderValue("Basic", auth);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path} cannot be read for a login to {host}: {exception.Message} Mend it, or unset DOCKER_CONFIG.", exception);
        }
    }
}
