namespace Scalelab.Cluster.Node.Processes;

/// <summary>
/// Finds the executable of a command. An absolute or relative path is one within the image; a bare name is looked up in the folders of the image's
/// PATH, within the image, and then on this machine.
/// </summary>
internal static class CommandResolver
{
    private const UnixFileMode ExecuteBits = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Throws <see cref="StartException"/> where there is nothing to execute.</summary>
    public static string Resolve(ContainerLaunch launch, string command)
    {
        if (command.Contains('/', StringComparison.Ordinal))
        {
            var path = command.StartsWith('/') ? command : Path.GetFullPath(command, launch.WorkingFolder);
            if (!File.Exists(path))
            {
                throw Failed(Shown(launch, command), $"stat {Shown(launch, path)}: no such file or directory");
            }

            return IsExecutable(path) ? path : throw Failed(Shown(launch, command), "permission denied");
        }

        // The launch's PATH has the image's folders first, as paths of this machine.
        var found = launch.Environment.GetValueOrDefault("PATH", "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => $"{folder}/{command}").FirstOrDefault(IsExecutable);
        return found ?? throw Failed(command, "executable file not found in $PATH");
    }

    public static StartException Failed(string command, string detail) => new(
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
        + $"unable to start container process: exec: \"{command}\": {detail}");

    private static string Shown(ContainerLaunch launch, string path) =>
        path.StartsWith(launch.RootFolder + "/", StringComparison.Ordinal) ? path[launch.RootFolder.Length..] : path;

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & ExecuteBits) != 0);
}
