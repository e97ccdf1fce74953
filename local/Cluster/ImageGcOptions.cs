namespace Scalelab.Cluster;

/// <summary>When the nodes remove images that no pod uses. Names and defaults are those of kubelet's configuration.</summary>
public sealed record ImageGcOptions
{
    /// <summary>How full the disk must be for images to be removed, <c>imageGCHighThresholdPercent</c>; 100 switches it off. 85 by default.</summary>
    public int HighThresholdPercent { get; init; } = 85;

    /// <summary>How full the disk may stay then, <c>imageGCLowThresholdPercent</c>. 80 by default.</summary>
    public int LowThresholdPercent { get; init; } = 80;

    /// <summary>How long an image is kept after it was used, however full the disk is, <c>imageMinimumGCAge</c>. 2 minutes by default.</summary>
    public TimeSpan MinimumAge { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>After how long without use an image is removed, however empty the disk is, <c>imageMaximumGCAge</c>. Zero, the default: never.</summary>
    public TimeSpan MaximumAge { get; init; }
}
