namespace Scalelab.Cluster.Node.Images;

/// <summary>An image on this machine, unpacked and ready to run.</summary>
/// <param name="Reference">The normalised name it was asked for, e.g. <c>docker.io/library/busybox:1.35</c>.</param>
/// <param name="Id">What the container status shows as imageID: repository and manifest digest.</param>
/// <param name="RootFolder">The unpacked layers. Shared by every container of the image and read-only to them.</param>
/// <param name="Size">The bytes of the compressed layers.</param>
internal sealed record ContainerImage(string Reference, string Id, string RootFolder, OciRunConfig Config, long Size);
