namespace Scalelab.Cluster.Node.Images;

/// <summary>What a node takes from a registry before it says no: an image is input from outside.</summary>
internal sealed record ImageLimits
{
    public static ImageLimits Default { get; } = new();

    /// <summary>Bytes of a manifest, an index or an image configuration; 4 MiB, the size that the distribution API promises at least.</summary>
    public int MaximumDocumentBytes { get; init; } = 4 << 20;

    public int MaximumLayers { get; init; } = 256;

    /// <summary>Bytes of all compressed layers; 16 GiB.</summary>
    public long MaximumBytes { get; init; } = 16L << 30;

    /// <summary>Bytes of all unpacked files; 32 GiB.</summary>
    public long MaximumUnpackedBytes { get; init; } = 32L << 30;

    public int MaximumEntries { get; init; } = 500_000;

    /// <summary>How long a registry may send nothing before it counts as lost; 30 seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}
