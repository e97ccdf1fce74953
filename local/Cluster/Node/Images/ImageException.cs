namespace Scalelab.Cluster.Node.Images;

/// <summary>An image that cannot be had. <see cref="Reason"/> is what the container's waiting state shows.</summary>
internal sealed class ImageException(string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public const string ErrImagePull = "ErrImagePull";
    public const string ErrImageNeverPull = "ErrImageNeverPull";
    public const string ImagePullBackOff = "ImagePullBackOff";
    public const string InvalidImageName = "InvalidImageName";
    public const string ImageInspectError = "ImageInspectError";

    public string Reason { get; } = reason;
}
