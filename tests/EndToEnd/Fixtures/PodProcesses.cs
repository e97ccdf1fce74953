using System.Globalization;

namespace Scalelab.EndToEnd.Fixtures;

/// <summary>Looks at the machine's processes as an outsider would. Needs Linux: elsewhere, a process's surroundings are not for others to see.</summary>
internal static class PodProcesses
{
    public static bool CanBeFound => OperatingSystem.IsLinux();

    /// <summary>Processes that have to do with a folder: they run in it, or name it on their command line or in their environment.</summary>
    public static IReadOnlyList<string> Around(string folder) => [.. Processes()
        .Where(process => process.Mentions(folder))
        .Select(process => $"{process.Id}: {process.CommandLine}")];

    /// <summary>The processes of a pod that run in a folder or below it.</summary>
    public static IReadOnlyList<int> Of(string pod, string folder) => [.. Processes()
        .Where(process => process.Mentions(folder) && process.Environment.Split('\0').Contains($"POD_NAME={pod}"))
        .Select(process => process.Id)];

    private static IEnumerable<Seen> Processes() => !CanBeFound ? [] : Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0 && id != Environment.ProcessId)
        .Select(Look)
        .OfType<Seen>();

    private static Seen? Look(int id)
    {
        try
        {
            return new Seen(
                id,
                File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' ').Trim(),
                File.ReadAllText($"/proc/{id}/environ"),
                new FileInfo($"/proc/{id}/cwd").ResolveLinkTarget(returnFinalTarget: false)?.FullName ?? "");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Gone since it was listed, or another user's: in neither case one of the tests'.
            return null;
        }
    }

    private sealed record Seen(int Id, string CommandLine, string Environment, string Folder)
    {
        public bool Mentions(string folder) =>
            Folder.StartsWith(folder, StringComparison.Ordinal)
            || CommandLine.Contains(folder, StringComparison.Ordinal)
            || Environment.Contains(folder, StringComparison.Ordinal);
    }
}
