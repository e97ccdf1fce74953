using Pulumi;
using Pulumi.Command.Local;
using Pulumi.Docker.Inputs;
using Scalelab.Infra.Settings;

namespace Scalelab.Infra.Components;

/// <summary>
/// The model server with one model baked in, pushed to a registry. Built anew when a source or the model changes, by either of two
/// builders, and named by digest only: whoever runs it runs exactly what was built.
/// </summary>
internal sealed class ModelImage : ComponentResource
{
    /// <summary>Part of the state of every deployed stack: another name would replace what is deployed.</summary>
    public const string Token = "scalelab:serving:ModelImage";

    private const string Name = "ml-app";

    /// <summary>Seen from the project's root, where the docker builder starts.</summary>
    private const string AppFolder = "app/ModelServer";

    public ModelImage(string name, ImageSettings settings, ComponentResourceOptions? options = null)
        : base(Token, name, options)
    {
        var root = Deployment.Instance.RootDirectory;
        var app = Path.Combine(root, AppFolder);
        // What decides over the image's content. Everything else may change without a build.
        var sources = ContentHash.Of(
            ("app", app),
            ("model", settings.ModelFolder),
            ("Directory.Build.props", Path.Combine(root, "Directory.Build.props")),
            ("Directory.Packages.props", Path.Combine(root, "Directory.Packages.props")));
        var repository = $"{settings.Registry}/{Name}";

        var built = settings.Builder switch
        {
            ImageBuilder.Docker => BuildWithDocker(name, settings, $"{repository}:{sources}", RelativePath(root, settings.ModelFolder)),
            _ => BuildWithDotnet(name, settings, sources, RelativePath(app, settings.ModelFolder)),
        };
        Digest = built.Apply(ImageDigest.In);
        Reference = Output.Format($"{repository}@{Digest}");
        RegisterOutputs(new Dictionary<string, object?> { ["reference"] = Reference, ["digest"] = Digest });
    }

    /// <summary><c>sha256:…</c></summary>
    public Output<string> Digest { get; }

    /// <summary><c>registry/name@sha256:…</c></summary>
    public Output<string> Reference { get; }

    private Output<string> BuildWithDocker(string name, ImageSettings settings, string image, string modelFolder)
    {
        var arguments = new InputMap<string> { ["MODEL"] = modelFolder };
        foreach (var (argument, value) in settings.BuildArguments)
        {
            arguments[argument] = value;
        }

        var build = new Pulumi.Docker.Image(
            name,
            new Pulumi.Docker.ImageArgs
            {
                ImageName = image,
                Build = new DockerBuildArgs
                {
                    // The provider runs in the program's folder.
                    Context = "..",
                    Dockerfile = $"../{AppFolder}/Dockerfile",
                    Platform = "linux/amd64",
                    Args = arguments,
                },
            },
            new CustomResourceOptions { Parent = this });
        return build.RepoDigest;
    }

    private Output<string> BuildWithDotnet(string name, ImageSettings settings, string sources, string modelFolder)
    {
        var (host, path) = settings.Registry.Split('/', 2) is [var first, var rest] ? (first, rest + "/") : (settings.Registry, "");
        // MSBuild reads its environment as properties: no value needs the quoting of a shell.
        var environment = new InputMap<string>
        {
            ["ContainerRegistry"] = host,
            ["ContainerRepository"] = path + Name,
            ["ContainerImageTag"] = sources,
            ["ModelFolder"] = modelFolder,
        };
        if (settings.BaseImage is { } baseImage)
        {
            environment["ContainerBaseImage"] = baseImage;
        }

        if (host.Contains(':', StringComparison.Ordinal))
        {
            // Registries with a port of their own are the testbed's: plain HTTP. Hosted ones are never spoken to without TLS.
            environment["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = host;
        }

        var publish = new Command(
            name,
            new CommandArgs
            {
                Create = "dotnet publish --nologo --configuration Release --runtime linux-x64 --no-self-contained --disable-build-servers "
                    + "-target:PublishContainer -getProperty:GeneratedContainerDigest",
                Dir = $"../{AppFolder}",
                Environment = environment,
                Triggers = new object[] { sources },
            },
            new CustomResourceOptions { Parent = this });
        return publish.Stdout;
    }

    /// <summary>Where a path leads as seen from a folder: the same on every machine that has the project, whatever the machine's folders are called.</summary>
    private static string RelativePath(string folder, string path) => Path.GetRelativePath(folder, path).Replace('\\', '/');
}
