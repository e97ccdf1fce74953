namespace Pulumi.Docker;

/// <summary>An image built by a Docker engine and pushed to a registry.</summary>
[DockerResourceType("docker:index/image:Image")]
public partial class Image : CustomResource
{
    public Image(string name, ImageArgs args, CustomResourceOptions? options = null)
        : base("docker:index/image:Image", name, args, Package.Complete(options, ""))
    {
    }

    private Image(string name, Input<string> id, CustomResourceOptions? options)
        : base("docker:index/image:Image", name, null, Package.Complete(options, id))
    {
    }

    /// <summary>The name as it was given.</summary>
    [Output("baseImageName")]
    public Output<string> BaseImageName { get; private set; } = null!;

    /// <summary>The folder it was built from.</summary>
    [Output("context")]
    public Output<string> Context { get; private set; } = null!;

    /// <summary>The Dockerfile it was built with.</summary>
    [Output("dockerfile")]
    public Output<string> Dockerfile { get; private set; } = null!;

    /// <summary>The whole name, registry and tag included.</summary>
    [Output("imageName")]
    public Output<string> ImageName { get; private set; } = null!;

    /// <summary>What it runs on.</summary>
    [Output("platform")]
    public Output<string?> Platform { get; private set; } = null!;

    /// <summary>Where it was pushed.</summary>
    [Output("registryServer")]
    public Output<string?> RegistryServer { get; private set; } = null!;

    /// <summary>Its name with its digest: what to run.</summary>
    [Output("repoDigest")]
    public Output<string> RepoDigest { get; private set; } = null!;

    /// <summary>Reads the existing resource with this id; it is not managed.</summary>
    public static Image Get(string name, Input<string> id, CustomResourceOptions? options = null)
        => new(name, id, options);
}
