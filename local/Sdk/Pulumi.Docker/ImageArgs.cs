namespace Pulumi.Docker;

/// <summary>The inputs of an <see cref="Image"/>.</summary>
public sealed class ImageArgs : ResourceArgs
{
    public static new ImageArgs Empty => new();

    /// <summary>How to build it; an empty context where left out.</summary>
    [Input("build")]
    public Input<Inputs.DockerBuildArgs>? Build { get; set; }

    /// <summary>Builds while previewing too; default false.</summary>
    [Input("buildOnPreview")]
    public Input<bool>? BuildOnPreview { get; set; }

    /// <summary>The whole name, registry and tag included.</summary>
    [Input("imageName", required: true)]
    public Input<string> ImageName { get; set; } = null!;

    /// <summary>Where to push, and as whom.</summary>
    [Input("registry")]
    public Input<Inputs.RegistryArgs>? Registry { get; set; }

    /// <summary>Leaves the image with the engine that built it; default false.</summary>
    [Input("skipPush")]
    public Input<bool>? SkipPush { get; set; }
}
