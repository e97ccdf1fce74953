using Scalelab.Engine.Projects;

namespace Scalelab.Engine.Programs;

/// <summary>Finds the built program.</summary>
internal static class ProgramLocator
{
    /// <exception cref="EngineException">There is no program, more than one, or it is not built.</exception>
    public static string Find(UpdateOptions options)
    {
        if (options.ProgramAssembly is { } given)
        {
            return File.Exists(given) ? Path.GetFullPath(given) : throw new EngineException($"The program {given} does not exist. Build it first: dotnet build {options.Project.ProgramFolder}");
        }

        return Find(options.Project);
    }

    private static string Find(PulumiProject project)
    {
        var folder = project.ProgramFolder;
        var projects = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.csproj") : [];
        if (projects.Length != 1)
        {
            throw new EngineException($"{folder} holds {projects.Length} .csproj files; the program must be exactly one. Correct 'main' in {project.File}.");
        }

        return FindBuild(projects[0]) ?? throw new EngineException($"The program in {folder} is not built. Run: dotnet build {folder}");
    }

    /// <summary>The newest build of a project file; null where there is none.</summary>
    public static string? FindBuild(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        var output = Path.Combine(Path.GetDirectoryName(project)!, "bin");
        var builds = Directory.Exists(output)
            ? Directory.EnumerateFiles(output, $"{name}.dll", SearchOption.AllDirectories).Where(dll => File.Exists(Path.ChangeExtension(dll, ".runtimeconfig.json")))
            : [];
        return builds.MaxBy(File.GetLastWriteTimeUtc);
    }
}
