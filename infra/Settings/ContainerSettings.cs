namespace Scalelab.Infra.Settings;

/// <summary>A container on a Docker engine, which builds its image too: the exercise before there is any cluster.</summary>
/// <param name="Port">At which the host answers for it.</param>
/// <param name="Path">Where on the server the exercise looks first; the stack's <c>url</c> ends in it.</param>
/// <param name="BaseImage">What the Dockerfile builds on; null leaves the choice to it.</param>
/// <param name="SdkImage">What the Dockerfile builds with; null leaves the choice to it.</param>
internal sealed record ContainerSettings(int Port, string Path, string? BaseImage, string? SdkImage)
{
    /// <summary>At which the port answers.</summary>
    public string Host { get; init; } = "";

    public static ContainerSettings Read(SettingsSection section) => new(
        section.Require("port", Rules.WholeNumber(1, 65535)),
        section.Optional("path", Rules.UrlPath, fallback: "/"),
        section.Optional("baseImage", Rules.ImageName, fallback: null!),
        section.Optional("sdkImage", Rules.ImageName, fallback: null!));

    /// <summary>The image that the container runs: built by the engine that runs it, whoever builds the other exercises' images.</summary>
    public ImageSettings Adapt(ImageSettings image)
    {
        var arguments = new Dictionary<string, string?> { ["BASE"] = BaseImage, ["SDK"] = SdkImage };
        return image with
        {
            Builder = ImageBuilder.Docker,
            BuildArguments = arguments.Where(argument => argument.Value is not null).ToDictionary(argument => argument.Key, argument => argument.Value!),
        };
    }
}
