using System.Text.Json.Serialization;

namespace Scalelab.Cluster.Node.Images;

// The parts of the OCI image specification (image-spec v1.1) that a node reads; unknown fields are ignored.

internal static class MediaTypes
{
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    public static bool IsGzip(string type) => type.EndsWith("+gzip", StringComparison.Ordinal) || type.EndsWith(".gzip", StringComparison.Ordinal);

    public static bool IsTar(string type) => type is "application/vnd.oci.image.layer.v1.tar" or "application/vnd.oci.image.layer.nondistributable.v1.tar"
        or "application/vnd.docker.image.rootfs.diff.tar";
}

internal sealed record OciDescriptor
{
    public string MediaType { get; init; } = "";

    public string Digest { get; init; } = "";

    public long Size { get; init; }

    public OciPlatform? Platform { get; init; }
}

internal sealed record OciPlatform
{
    public string Architecture { get; init; } = "";

    [JsonPropertyName("os")]
    public string OperatingSystem { get; init; } = "";

    public string? Variant { get; init; }
}

/// <summary>A manifest or an index: an index has <see cref="Manifests"/>, a manifest <see cref="Config"/> and <see cref="Layers"/>.</summary>
internal sealed record OciManifest
{
    public string? MediaType { get; init; }

    public IReadOnlyList<OciDescriptor>? Manifests { get; init; }

    public OciDescriptor? Config { get; init; }

    public IReadOnlyList<OciDescriptor>? Layers { get; init; }
}

internal sealed record OciImageConfig
{
    public OciRunConfig? Config { get; init; }

    [JsonPropertyName("rootfs")]
    public OciRootfs? RootFs { get; init; }
}

internal sealed record OciRootfs
{
    [JsonPropertyName("diff_ids")]
    public IReadOnlyList<string>? DiffIds { get; init; }
}

/// <summary>How a container of the image runs; the keys are capitalised in the specification.</summary>
internal sealed record OciRunConfig
{
    public IReadOnlyList<string>? Env { get; init; }

    public IReadOnlyList<string>? Entrypoint { get; init; }

    public IReadOnlyList<string>? Cmd { get; init; }

    public string? WorkingDir { get; init; }

    public string? StopSignal { get; init; }
}
