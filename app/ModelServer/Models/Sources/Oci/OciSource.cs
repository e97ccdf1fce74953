using System.Buffers;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Models.Sources.Http;

namespace Scalelab.ModelServer.Models.Sources.Oci;

/// <summary>
/// An image or an artifact in a registry. Of an image the folder <c>/models</c> is the model, as in KServe's "modelcars"; of an artifact, its layers are
/// the model's files, under the names in their annotations.
/// </summary>
internal sealed class OciSource(HttpClient http, ModelSourceOptions options, TimeProvider time) : IRemoteSource
{
    private const string OciIndex = "application/vnd.oci.image.index.v1+json";
    private const string DockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";
    private const string Title = "org.opencontainers.image.title";
    private const string FilePath = "org.cncf.model.filepath";
    private const string Unpack = "io.deis.oras.content.unpack";
    private const int MaxManifest = 4 * 1024 * 1024;

    private static readonly string[] Accepted =
    [
        "application/vnd.oci.image.manifest.v1+json", OciIndex, "application/vnd.docker.distribution.manifest.v2+json", DockerIndex,
    ];

    public async Task<IReadOnlyList<RemoteFile>> ListAsync(string uri, CancellationToken cancellationToken)
    {
        var reference = OciReference.Parse(uri);
        var login = await DockerLogins.FindAsync(reference.Host, options.Variable, cancellationToken);
        var client = new RegistryClient(http, reference, login);
        var manifest = await ManifestAsync(client, reference, reference.Reference, isAnonymous: login is null, cancellationToken);
        if (manifest.Manifests is { } platforms)
        {
            manifest = await ManifestAsync(client, reference, Choose(platforms, reference).Digest, isAnonymous: login is null, cancellationToken);
        }
        var layers = manifest.Layers is { Count: > 0 } some ? some : throw new ModelException($"{reference} has no layers. Push the model into it.");
        var isImage = !layers.Any(layer => Name(layer) is not null) && layers.All(IsTar);
        return [.. layers.Select((layer, index) => File(client, reference, layer, index, isImage, layers.Count, isAnonymous: login is null))];
    }

    public void Dispose()
    {
    }

    private async Task<OciManifest> ManifestAsync(
        RegistryClient client, OciReference reference, string name, bool isAnonymous, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, reference.Manifest(name));
        foreach (var type in Accepted)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        }
        using var response = await new Requests(options.Silence, time).SendAsync(request, client.SendAsync, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var text = await Answers.TextAsync(response, cancellationToken);
            throw new ModelException($"{reference}: the registry answers {(int)response.StatusCode} {response.ReasonPhrase}{text}. {RegistryClient.Advice(isAnonymous)}");
        }
        var bytes = await ReadAsync(response, reference, cancellationToken);
        if (name.Contains(':', StringComparison.Ordinal))
        {
            var check = ContentCheck.OfDigest(name, $"{reference}");
            if (Convert.ToHexStringLower(CryptographicOperations.HashData(check.Algorithm, bytes)) != check.Hex)
            {
                throw new ModelException($"{reference}: the manifest that the registry sends is not {name}. Do not use that registry until it was looked after.");
            }
        }
        try
        {
            return JsonSerializer.Deserialize(bytes, OciJson.Default.OciManifest) ?? throw new JsonException("it is null.");
        }
        catch (JsonException exception)
        {
            throw new ModelException($"{reference}: the manifest cannot be read: {exception.Message} Push it again.", exception);
        }
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, OciReference reference, CancellationToken cancellationToken)
    {
        using var watch = new SilenceWatch(options.Silence, time, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(watch.Token);
        var bytes = new ArrayBufferWriter<byte>();
        while (await stream.ReadAsync(bytes.GetMemory(64 * 1024), watch.Token) is var read and > 0)
        {
            bytes.Advance(read);
            if (bytes.WrittenCount > MaxManifest)
            {
                throw new ModelException($"{reference}: its manifest has more than {SourceName.Size(MaxManifest)}. That is no manifest of a model.");
            }
        }
        return bytes.WrittenSpan.ToArray();
    }

    // A model runs everywhere, so the platform matters only where images for several were pushed.
    private static OciDescriptor Choose(IReadOnlyList<OciDescriptor> manifests, OciReference reference)
    {
        var architecture = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "amd64",
            Architecture.Arm64 => "arm64",
            var other => other.ToString().ToLowerInvariant(),
        };
        return manifests.FirstOrDefault(manifest => manifest.Platform is { Os: "linux" } platform && platform.Architecture == architecture)
            ?? manifests.FirstOrDefault(manifest => manifest.Platform is null)
            ?? (manifests.Count == 1 ? manifests[0] : null)
            ?? throw new ModelException($"{reference} has no image for linux/{architecture}. Push one, or name the digest of one that is there.");
    }

    private static RemoteFile File(
        RegistryClient client, OciReference reference, OciDescriptor layer, int index, bool isImage, int count, bool isAnonymous)
    {
        var name = Name(layer);
        var shown = name is null ? $"{reference}, layer {index + 1}" : $"{reference}, {name}";
        var check = ContentCheck.OfDigest(layer.Digest, shown);
        if (layer.Size < 0)
        {
            throw new ModelException($"{shown} has {layer.Size} bytes, says the manifest. Push it again.");
        }
        return new RemoteFile
        {
            Path = name ?? (count == 1 || IsTar(layer)
                ? Classifier.NetworkFile
                : throw new ModelException($"{shown} has no name. Push it with the annotation {Title}, as oras does.")),
            Name = shown,
            Uri = reference.Blob(layer.Digest),
            SendAsync = client.SendAsync,
            Size = layer.Size,
            Version = layer.Digest,
            Check = _ => check,
            Packing = isImage ? Packing.ImageLayer : Packs(layer) ? Packing.Archive : name is null ? Packing.Auto : Packing.File,
            Advice = _ => RegistryClient.Advice(isAnonymous),
        };
    }

    private static string? Name(OciDescriptor layer) =>
        layer.Annotations is null ? null : layer.Annotations.GetValueOrDefault(FilePath) ?? layer.Annotations.GetValueOrDefault(Title);

    // A file that happens to be an archive stays one; a folder that had to become one says so.
    private static bool Packs(OciDescriptor layer) => layer.Annotations?.GetValueOrDefault(Unpack) is { } unpack ? unpack == "true" : IsTar(layer);

    private static bool IsTar(OciDescriptor layer) =>
        layer.MediaType.Contains(".tar", StringComparison.Ordinal) || layer.MediaType.EndsWith("+tar", StringComparison.Ordinal);
}
