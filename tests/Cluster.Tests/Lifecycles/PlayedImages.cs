using Scalelab.Cluster.Node.Images;

namespace Scalelab.Cluster.Tests.Lifecycles;

/// <summary>Has every image but those of <c>example.test</c>, which cannot be pulled either.</summary>
internal sealed class PlayedImages(string folder) : IImageSource
{
    /// <summary>What the recorded node could not do, in its words.</summary>
    public const string Failure =
        "failed to pull and unpack image \"example.test/none:1\": failed to resolve image: failed to do request: Head \"https://example.test/v2/none/manifests/1\": "
        + "dial tcp: lookup example.test on 10.255.255.53:53: dial udp 10.255.255.53:53: connect: network is unreachable";

    public Task<ContainerImage?> FindAsync(ImageReference reference, CancellationToken cancellationToken) => Task.FromResult(IsKnown(reference) ? Image(reference) : null);

    public Task<ContainerImage> PullAsync(ImageReference reference, CancellationToken cancellationToken) =>
        IsKnown(reference) ? Task.FromResult(Image(reference)!) : throw new ImageException(ImageException.ErrImagePull, Failure);

    private static bool IsKnown(ImageReference reference) => !reference.ToString().StartsWith("example.test/", StringComparison.Ordinal);

    private ContainerImage? Image(ImageReference reference) => new(reference.ToString(), "sha256:" + new string('0', 64), folder, new OciRunConfig(), 0);
}
