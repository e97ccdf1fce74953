using System.Text.Json;
using Scalelab.Registry.Http;

namespace Scalelab.Registry.Content;

/// <summary>What the registry reads from a manifest: the content it needs and the manifest it refers to. The bytes themselves are stored as they came.</summary>
internal sealed record ManifestDocument
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };

    public required string MediaType { get; init; }

    /// <summary>Blobs that must be in the repository before the manifest is accepted.</summary>
    public required IReadOnlyList<Digest> Blobs { get; init; }

    /// <summary>Manifests that must be in the repository before an index is accepted.</summary>
    public required IReadOnlyList<Digest> Manifests { get; init; }

    /// <summary>The manifest that this one describes (OCI's <c>subject</c>); it need not exist.</summary>
    public Digest? Subject { get; init; }

    /// <summary>The type that the referrers API reports: <c>artifactType</c>, or else the config's media type.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Annotations, which the referrers API repeats.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Reads a manifest.</summary>
    /// <param name="content">The JSON text.</param>
    /// <param name="contentType">The request's media type without parameters; the document's own <c>mediaType</c> when null.</param>
    /// <exception cref="RegistryException">MANIFEST_INVALID, saying which field is wrong.</exception>
    public static ManifestDocument Parse(ReadOnlyMemory<byte> content, string? contentType)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(content, Strict);
        }
        catch (JsonException e)
        {
            throw Invalid($"not JSON: {e.Message}");
        }

        using (document)
        {
            return Read(document.RootElement, contentType);
        }
    }

    private static ManifestDocument Read(JsonElement root, string? contentType)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("not a JSON object");
        }

        var declared = OptionalString(root, "mediaType");
        var mediaType = contentType ?? declared ?? throw Invalid("neither a Content-Type header nor a mediaType field");
        if (declared is not null && declared != mediaType)
        {
            throw Invalid($"mediaType is '{declared}', but the Content-Type header says '{mediaType}'");
        }

        if (!root.TryGetProperty("schemaVersion", out var version) || !version.TryGetInt32OrNull(out var number) || number != 2)
        {
            throw Invalid("schemaVersion must be 2");
        }

        var isImage = MediaTypes.IsImage(mediaType);
        if (!isImage && !MediaTypes.IsIndex(mediaType))
        {
            throw Invalid($"media type '{mediaType}' is not supported; supported are {MediaTypes.OciManifest}, {MediaTypes.OciIndex}, " +
                $"{MediaTypes.DockerManifest}, {MediaTypes.DockerManifestList}");
        }

        // A document that could be read both as an image and as an index means different things to different clients.
        if (isImage ? root.TryGetProperty("manifests", out _) : root.TryGetProperty("layers", out _) || root.TryGetProperty("config", out _))
        {
            throw Invalid($"holds the fields of both an image and an index under media type '{mediaType}'");
        }

        return new ManifestDocument
        {
            MediaType = mediaType,
            Blobs = isImage ? [Descriptor(Required(root, "config"), "config"), .. Layers(root)] : [],
            Manifests = isImage ? [] : [.. Array(root, "manifests").Select((e, i) => Descriptor(e, $"manifests[{i}]"))],
            Subject = root.TryGetProperty("subject", out var subject) && subject.ValueKind != JsonValueKind.Null ? Descriptor(subject, "subject") : null,
            ArtifactType = OptionalString(root, "artifactType") ?? (isImage ? OptionalString(Required(root, "config"), "mediaType") : null),
            Annotations = ReadAnnotations(root),
        };
    }

    // A layer with urls (Windows base layers) is fetched from there and is never pushed.
    private static IEnumerable<Digest> Layers(JsonElement root) =>
        Array(root, "layers")
            .Select((element, index) => (element, digest: Descriptor(element, $"layers[{index}]")))
            .Where(layer => !(layer.element.TryGetProperty("urls", out var urls) && urls.ValueKind == JsonValueKind.Array && urls.GetArrayLength() > 0))
            .Select(layer => layer.digest);

    private static Digest Descriptor(JsonElement element, string where)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Invalid($"{where} is not a descriptor");
        }

        var text = OptionalString(element, "digest");
        return Digest.TryParse(text, out var digest) ? digest : throw Invalid($"{where}.digest is not a sha256 or sha512 digest: '{text}'");
    }

    private static JsonElement Required(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : throw Invalid($"{name} is missing");

    private static JsonElement.ArrayEnumerator Array(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Invalid($"{name} must be a list");

    private static string? OptionalString(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Invalid($"{name} must be a string");
    }

    private static Dictionary<string, string> ReadAnnotations(JsonElement root)
    {
        var annotations = new Dictionary<string, string>();
        if (root.TryGetProperty("annotations", out var map) && map.ValueKind == JsonValueKind.Object)
        {
            foreach (var entry in map.EnumerateObject())
            {
                annotations[entry.Name] = entry.Value.ValueKind == JsonValueKind.String
                    ? entry.Value.GetString()!
                    : throw Invalid($"annotations['{entry.Name}'] must be a string");
            }
        }

        return annotations;
    }

    private static RegistryException Invalid(string reason) => new(ErrorCode.ManifestInvalid, $"manifest invalid: {reason}");
}
