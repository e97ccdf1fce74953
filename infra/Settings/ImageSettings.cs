namespace Scalelab.Infra.Settings;

/// <summary>The model server's image.</summary>
/// <param name="Registry">Where it is pushed to, as image names begin: <c>node-0:5000</c>.</param>
/// <param name="Builder">What builds it.</param>
/// <param name="BaseImage">What the .NET SDK builds it on; null leaves the choice to the SDK. A Dockerfile names its own.</param>
/// <param name="ModelFolder">The model that is baked into it, absolute.</param>
internal sealed record ImageSettings(string Registry, ImageBuilder Builder, string? BaseImage, string ModelFolder)
{
    /// <summary>For the Dockerfile, besides the model.</summary>
    public IReadOnlyDictionary<string, string> BuildArguments { get; init; } = new Dictionary<string, string>();

    private static readonly Rule<ImageBuilder> BuilderRule =
        Rules.OneOf<ImageBuilder>(builder => builder switch { ImageBuilder.Docker => "docker", _ => "dotnet" });

    public static ImageSettings Read(SettingsSection section, string root) => new(
        section.Require("registry", Rules.Registry),
        section.Require("imageBuilder", BuilderRule),
        section.Optional("baseImage", Rules.ImageName, fallback: null!),
        section.Require("model", Rules.FolderWith(root, "model.onnx", "model.json")));
}
