using Scalelab.Cli.Output;

namespace Scalelab.Cli;

/// <summary>What a command works with.</summary>
/// <param name="ProjectFolder">The folder of Pulumi.yaml.</param>
/// <param name="HomeFolder">The state's folder where <c>--home</c> names none.</param>
/// <param name="Terminal">Where it prints.</param>
/// <param name="Time">Its clock.</param>
internal sealed record LabEnvironment(string ProjectFolder, string HomeFolder, Terminal Terminal, TimeProvider Time)
{
    private const string HomeVariable = "SCALELAB_HOME";

    /// <summary>Looks an environment variable up; null when it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Where values are read from that the command line does not give.</summary>
    public TextReader Input { get; init; } = Console.In;

    public static LabEnvironment ForProcess()
    {
        var project = FindProject();
        var home = Environment.GetEnvironmentVariable(HomeVariable);
        return new LabEnvironment(
            project,
            Path.GetFullPath(string.IsNullOrEmpty(home) ? Path.Combine(project, ".lab") : home),
            Terminal.ForProcess(),
            TimeProvider.System);
    }

    // The program belongs to the repository that this assembly was built in, whatever folder the command is run from.
    private static string FindProject()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Pulumi.yaml")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? Environment.CurrentDirectory;
    }
}
