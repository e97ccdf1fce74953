namespace Scalelab.ModelServer.Pictures;

/// <summary>What a picture may cost. One decoded pixel takes four bytes, so the defaults hold one picture below 128 MiB.</summary>
public sealed record PictureLimits
{
    /// <summary>Largest encoded picture, in bytes. 10 MiB unless set.</summary>
    public int MaxBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Largest picture once decoded, in pixels. 32 million unless set.</summary>
    public long MaxPixels { get; init; } = 32_000_000;

    /// <summary>
    /// Longest side, in pixels. 16,384 unless set. A picture one pixel wide and millions high is within
    /// <see cref="MaxPixels"/>, yet widening it for the network would take gigabytes.
    /// </summary>
    public int MaxSide { get; init; } = 16_384;

    /// <summary>Pictures above this many pixels are decoded one at a time. 4 million unless set.</summary>
    public long LargePixels { get; init; } = 4_000_000;
}
