using Microsoft.Extensions.Logging;

namespace Scalelab.Cluster.Node.Images;

/// <summary>
/// Removes images that no pod uses: those unused for too long, and, when the disk is too full, those that were used longest ago, until it is
/// not. The rules are those of kubelet's image manager.
/// </summary>
/// <param name="inUse">The digests of the images that pods use.</param>
/// <param name="usedPercent">How full the disk is.</param>
internal sealed class ImageGarbageCollector(
    ImageStore images, Func<IReadOnlySet<string>> inUse, Func<double> usedPercent, ImageGcOptions options, TimeProvider time, ILogger logger)
{
    // kubelet's ImageGCPeriod.
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    /// <summary>Looks every five minutes until cancelled.</summary>
    /// <param name="failed">Told when the disk stays too full.</param>
    public async Task RunAsync(Action<string> failed, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    if (await CollectAsync(cancellationToken) is { } problem)
                    {
                        failed(problem);
                    }
                }
                catch (IOException exception)
                {
                    logger.LogWarning(exception, "Unused images could not be removed; it is tried again in {Period} minutes.", Period.TotalMinutes);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    /// <summary>Removes what is to be removed now. Returns why the disk is still too full; null where it is not.</summary>
    public async Task<string?> CollectAsync(CancellationToken cancellationToken)
    {
        var used = inUse();
        var unused = images.List().Where(image => !used.Contains(image.Digest)).OrderBy(image => image.LastUsed).ToList();
        var now = time.GetUtcNow();
        if (options.MaximumAge > TimeSpan.Zero)
        {
            foreach (var old in unused.Where(image => now - image.LastUsed > options.MaximumAge).ToList())
            {
                await RemoveAsync(old, cancellationToken);
                unused.Remove(old);
            }
        }

        if (options.HighThresholdPercent >= 100 || usedPercent() < options.HighThresholdPercent)
        {
            return null;
        }

        foreach (var image in unused.Where(image => now - image.LastUsed >= options.MinimumAge))
        {
            if (usedPercent() <= options.LowThresholdPercent)
            {
                return null;
            }

            await RemoveAsync(image, cancellationToken);
        }

        var percent = usedPercent();
        return percent <= options.LowThresholdPercent
            ? null
            : FormattableString.Invariant($"The disk that holds the images is {percent:0} % full, and no image that could be removed is left: pods use the others. Make room on it.");
    }

    private async Task RemoveAsync(StoredImage image, CancellationToken cancellationToken)
    {
        logger.LogInformation("Image {Digest} is removed; it was last used at {LastUsed:u}.", image.Digest, image.LastUsed);
        await images.RemoveAsync(image.Digest, cancellationToken);
    }
}

/// <summary>An image on this machine.</summary>
/// <param name="Digest">Of its manifest.</param>
/// <param name="LastUsed">When it was last pulled or started from, as far as this daemon knows; else when it was first seen.</param>
internal sealed record StoredImage(string Digest, DateTimeOffset LastUsed);
