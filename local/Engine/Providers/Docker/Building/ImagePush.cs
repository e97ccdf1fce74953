using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Scalelab.Engine.Providers.Docker.Building;

/// <summary>Has a Docker engine push an image, or pull one, and passes on what it says.</summary>
internal sealed class ImagePush(DockerClient client, BuildLog log, CancellationToken cancellationToken)
{
    /// <returns>The digest under which the registry has it, <c>sha256:…</c>.</returns>
    /// <exception cref="ProviderException">The registry cannot be reached or does not take it.</exception>
    public async Task<string> PushAsync(string text, ImageName image, AuthConfig credentials)
    {
        var messages = new Messages(log);
        log.Add($"Pushing {text}");
        await client.Images.PushImageAsync(
            text[..^(image.Tag is null ? 0 : image.Tag.Length + 1)], new ImagePushParameters { Tag = image.Tag ?? "latest" }, credentials, messages, cancellationToken);
        return messages.Error is { } error
            ? throw new ProviderException($"The image '{text}' cannot be pushed: {DockerErrors.Describe(error)}")
            : messages.Digest ?? await InspectAsync(text, image);
    }

    /// <exception cref="ProviderException">There is no such image, or it may not be had.</exception>
    public async Task PullAsync(string text, ImageName image, string? platform, AuthConfig credentials)
    {
        var messages = new Messages(log);
        log.Add($"Pulling {text}");
        var parameters = new ImagesCreateParameters { FromImage = image.WithoutTag, Tag = image.Digest ?? image.Tag ?? "latest", Platform = platform };
        await client.Images.CreateImageAsync(parameters, credentials, messages, cancellationToken);
        if (messages.Error is { } error)
        {
            throw new ProviderException($"The image '{text}' cannot be pulled: {DockerErrors.Describe(error)}");
        }
    }

    // Engines that do not say the digest when they push note it with the image.
    private async Task<string> InspectAsync(string text, ImageName image)
    {
        var found = await client.Images.InspectImageAsync(text, cancellationToken);
        return found.RepoDigests?.Select(ImageName.Parse).FirstOrDefault(name => name?.WithoutTag == image.WithoutTag)?.Digest
            ?? throw new ProviderException($"The image '{text}' was pushed, but the Docker engine does not say under which digest. Update it: every current one does.");
    }

    private sealed class Messages(BuildLog log) : IProgress<JSONMessage>
    {
        public string? Error { get; private set; }

        public string? Digest { get; private set; }

        public void Report(JSONMessage value)
        {
            if (value.Error?.Message is { Length: > 0 } error)
            {
                Error = error;
                return;
            }

            if (value.Aux?.ExtensionData is { } aux && aux.TryGetValue("Digest", out var digest))
            {
                Digest = digest is JsonElement element ? element.GetString() : digest.ToString();
            }

            // Layers report every few kilobytes; what matters is when each is done.
            if (value.Status is { Length: > 0 } status && value.Progress is not { Current: > 0 })
            {
                log.Add($"{value.ID} {status}".Trim());
            }
        }
    }
}
