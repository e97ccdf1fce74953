using k8s.Models;
using Scalelab.Cluster.Node.Images;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Node.Pods;

/// <summary>
/// Turns a container's specification and its image into what a process is started with. A process has no root folder of its own, so every
/// absolute path that means something in the image (or below a mount) is replaced by the path on this machine: the command, arguments and
/// values of variables that are such a path as a whole, the working folder, and the folders of the image's PATH.
/// docs/decisions tells why.
/// </summary>
internal sealed class LaunchBuilder(ContainerImage image, V1Container container, IReadOnlyDictionary<string, string> mounts)
{
    // What a process takes from the machine rather than from the image, because that is where it runs.
    private static readonly string[] Machine = ["HOME", "LANG", "TZ", "TMPDIR", "DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64"];

    private static readonly string[] NeverMapped = ["/", "/dev", "/proc", "/sys", "/tmp"];

    /// <param name="own">What the specification gives, in the end stronger than the image and this machine.</param>
    /// <param name="always">What every container gets unless the specification says otherwise: its address, the pod's name.</param>
    public ContainerLaunch Build(
        IReadOnlyDictionary<string, string> own, IReadOnlyDictionary<string, string> always, string stateFolder, string logPath)
    {
        var command = Command(own).ToList();
        if (command.Count == 0)
        {
            throw new ContainerConfigException(ContainerConfigException.CreateError, $"failed to generate container \"{container.Name}\" spec: failed to generate spec: no command specified");
        }

        var working = container.WorkingDir is { Length: > 0 } given ? given : image.Config.WorkingDir is { Length: > 0 } ofImage ? ofImage : "/";
        return new ContainerLaunch
        {
            Command = MapCommand(command),
            Environment = Environment(own, always),
            WorkingFolder = MountOf(working) ?? RootedPath.Resolve(image.RootFolder, working, followLast: true),
            RootFolder = image.RootFolder,
            StateFolder = stateFolder,
            LogPath = logPath,
            StopSignal = image.Config.StopSignal,
        };
    }

    /// <summary>A command for the same surroundings, as probes and hooks have them.</summary>
    public List<string> MapCommand(IReadOnlyList<string> command) =>
        [.. command.Select((part, index) => index == 0 && part.StartsWith('/') ? Resolve(part) : Map(part))];

    private IEnumerable<string> Command(IReadOnlyDictionary<string, string> own)
    {
        var command = container.Command is { Count: > 0 } given ? Expand(given) : image.Config.Entrypoint ?? [];
        var arguments = container.Args is { Count: > 0 } args ? Expand(args)
            : container.Command is { Count: > 0 } ? []
            : image.Config.Cmd ?? [];
        return command.Concat(arguments);

        IEnumerable<string> Expand(IEnumerable<string> parts) => parts.Select(part => VariableExpansion.Expand(part, own));
    }

    private Dictionary<string, string> Environment(IReadOnlyDictionary<string, string> own, IReadOnlyDictionary<string, string> always)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Machine)
        {
            if (System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            {
                variables[name] = value;
            }
        }

        foreach (var entry in image.Config.Env ?? [])
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && (entry[..equals] is var name) && !Machine.Contains(name))
            {
                variables[name] = Value(name, entry[(equals + 1)..]);
            }
        }

        foreach (var (name, value) in always)
        {
            variables[name] = value;
        }

        foreach (var (name, value) in own)
        {
            variables[name] = Value(name, value);
        }

        var inside = variables.GetValueOrDefault("PATH", "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(folder => folder.StartsWith('/')).Select(Resolve).Where(Directory.Exists);
        variables["PATH"] = string.Join(':', inside.Append(System.Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin"));
        return variables;

        // The folders of PATH are found one by one, below.
        string Value(string name, string value) => name == "PATH" ? value : Map(value);
    }

    /// <summary>The path on this machine if the text is an absolute path of something in the image or below a mount; else the text itself.</summary>
    private string Map(string text)
    {
        if (!text.StartsWith('/') || NeverMapped.Contains(text) || text.Contains('\n', StringComparison.Ordinal))
        {
            return text;
        }

        if (MountOf(text) is { } mounted)
        {
            return mounted;
        }

        var path = Resolve(text);
        return Path.Exists(path) ? path : text;
    }

    private string Resolve(string path) => MountOf(path) ?? RootedPath.Resolve(image.RootFolder, path, followLast: false);

    private string? MountOf(string path)
    {
        var full = Path.GetFullPath(path);
        var mount = mounts.Keys.Where(key => full == key || full.StartsWith(key + "/", StringComparison.Ordinal)).MaxBy(key => key.Length);
        return mount is null ? null : mounts[mount] + full[mount.Length..];
    }
}
