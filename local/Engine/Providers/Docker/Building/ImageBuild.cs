using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;

namespace Scalelab.Engine.Providers.Docker.Building;

/// <summary>Has a Docker engine build an image, and passes on what it says.</summary>
internal sealed class ImageBuild(DockerEngine engine, BuildLog log, CancellationToken cancellationToken)
{
    private readonly BuildKitTrace _trace = new();
    private string? _id;
    private string? _error;

    /// <param name="name">The image's.</param>
    /// <param name="inputs">How.</param>
    /// <param name="context">From what.</param>
    /// <param name="credentials">By registry, for base images.</param>
    /// <returns>The image's id with the engine, <c>sha256:…</c>.</returns>
    /// <exception cref="ProviderException">A step fails; the message holds the last lines.</exception>
    public async Task<string> RunAsync(string name, BuildInputs inputs, BuildContext context, Dictionary<string, AuthConfig> credentials)
    {
        var (archive, dockerfile) = await context.PackAsync(cancellationToken);
        await using var _ = archive;
        log.Add($"Sending {archive.Length / 1024.0 / 1024.0:0.0} MiB of context to the Docker engine");
        var parameters = new ImageBuildParameters
        {
            Dockerfile = dockerfile,
            Tags = [name],
            CacheFrom = [.. inputs.CacheFrom],
            BuildArgs = inputs.Args.ToDictionary(),
            Version = inputs.UsesBuildKit ? "2" : "1",
            Platform = inputs.Platform,
            Target = inputs.Target,
            ExtraHosts = [.. inputs.AddHosts],
            NetworkMode = inputs.Network,
            Remove = true,
            ForceRemove = true,
        };
        using var client = await engine.ConnectWithAsync("X-Registry-Config", Header(credentials), cancellationToken);
        // The overload that replaces this one cannot read what BuildKit says, and reports no more than the stream does.
#pragma warning disable CS0618
        await using var output = await client.Images.BuildImageFromDockerfileAsync(archive, parameters, cancellationToken);
#pragma warning restore CS0618
        using var lines = new StreamReader(output);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                Take(line);
            }
        }

        return _error is { } error
            ? throw new ProviderException($"The image '{name}' cannot be built: {DockerErrors.Describe(error)}{log}")
            : _id ?? throw new ProviderException($"The Docker engine ended the build of '{name}' without an image.{log}");
    }

    // The Engine API's form: base64 for URLs of an object from servers to credentials.
    private static string Header(Dictionary<string, AuthConfig> credentials)
    {
        var byServer = new JsonObject(credentials.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, new JsonObject
        {
            ["username"] = pair.Value.Username,
            ["password"] = pair.Value.Password,
            ["identitytoken"] = pair.Value.IdentityToken,
            ["registrytoken"] = pair.Value.RegistryToken,
            ["serveraddress"] = pair.Value.ServerAddress,
        })));
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(byServer.ToJsonString())).Replace('+', '-').Replace('/', '_');
    }

    private void Take(string line)
    {
        JsonNode? message;
        try
        {
            message = JsonNode.Parse(line);
        }
        catch (JsonException e)
        {
            throw new ProviderException($"The Docker engine said something unexpected while it built the image: {line}", e);
        }

        if ((string?)message?["error"] is { } error)
        {
            _error = error;
        }
        else if ((string?)message?["stream"] is { } text)
        {
            log.Add(text);
        }
        else if ((string?)message?["status"] is { } status)
        {
            log.Add($"{(string?)message["id"]} {status} {(string?)message["progress"]}".Trim());
        }

        switch (message?["aux"])
        {
            case JsonObject aux when (string?)aux["ID"] is { } id:
                _id = id;
                break;
            case JsonValue aux when (string?)message["id"] == "moby.buildkit.trace" && aux.TryGetValue<string>(out var trace):
                foreach (var told in _trace.Read(Convert.FromBase64String(trace)))
                {
                    log.Add(told);
                }

                break;
        }
    }
}
