using Scalelab.Engine.Programs;
using Scalelab.Engine.Projects;
using YamlDotNet.RepresentationModel;

namespace Scalelab.Engine.Policies;

/// <summary>A policy pack as it lies on disk.</summary>
/// <param name="Folder">The folder of PulumiPolicy.yaml, absolute.</param>
/// <param name="Assembly">The newest build of the project beside it, or what <c>runtime.options.binary</c> names.</param>
/// <param name="Version">As PulumiPolicy.yaml says, which wins over what the pack says of itself; null where it says nothing.</param>
internal sealed record PackProject(string Folder, string Assembly, string? Version)
{
    public const string FileName = "PulumiPolicy.yaml";

    /// <exception cref="EngineException">There is no pack, it is of another runtime, or it is not built.</exception>
    public static PackProject Load(string folder)
    {
        var root = Path.GetFullPath(folder);
        var file = Path.Combine(root, FileName);
        if (!File.Exists(file))
        {
            throw new EngineException($"{root} is no policy pack: it holds no {FileName}. Give the folder of one to --policy-pack.");
        }

        var yaml = YamlFile.Read(file);
        var (runtime, binary) = YamlFile.Find(yaml.Root, "runtime") is YamlMappingNode mapping
            ? (yaml.FindText(mapping, "name"), yaml.FindText(yaml.Mapping(mapping, "options"), "binary"))
            : (yaml.FindText(yaml.Root, "runtime"), null);
        if (runtime != "dotnet")
        {
            throw new EngineException($"{file}: runtime '{runtime ?? "(none)"}' is not supported here; only 'dotnet' is. Run this pack with the Pulumi CLI.");
        }

        return new PackProject(root, binary is null ? FindBuild(root) : FindBinary(file, root, binary), yaml.FindText(yaml.Root, "version"));
    }

    private static string FindBuild(string folder)
    {
        var projects = Directory.GetFiles(folder, "*.csproj");
        return projects.Length == 1
            ? ProgramLocator.FindBuild(projects[0]) ?? throw new EngineException($"The policy pack in {folder} is not built. Run: dotnet build {folder}")
            : throw new EngineException($"{folder} holds {projects.Length} .csproj files; a policy pack must be exactly one.");
    }

    private static string FindBinary(string file, string folder, string binary) => Path.GetFullPath(binary, folder) is var path && File.Exists(path)
        ? path
        : throw new EngineException($"{file}: the binary {path} does not exist. Build it, or correct 'binary'.");
}
