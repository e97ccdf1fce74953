using System.Security.Cryptography;
using System.Text;

namespace Scalelab.Engine.Providers.Docker.Building;

/// <summary>
/// What an image is built from: the files of a folder that its ignore file leaves in, and a Dockerfile, which may lie elsewhere.
/// </summary>
internal sealed class BuildContext
{
    private readonly IgnorePatterns _ignored;
    private readonly string? _ignoreFile;

    /// <param name="folder">The context, absolute.</param>
    /// <param name="dockerfile">Absolute.</param>
    /// <exception cref="ProviderException">The folder or the Dockerfile is not there, or a pattern cannot be read.</exception>
    public BuildContext(string folder, string dockerfile)
    {
        if (!Directory.Exists(folder))
        {
            throw new ProviderException($"The build's context {folder} is not a folder. Correct 'build.context'.");
        }

        Folder = folder;
        Dockerfile = dockerfile;
        // One that lies beside the Dockerfile and is named after it comes before the context's own.
        _ignoreFile = new[] { $"{dockerfile}.dockerignore", Path.Combine(folder, ".dockerignore") }.FirstOrDefault(File.Exists);
        _ignored = _ignoreFile is null ? IgnorePatterns.None : IgnorePatterns.Parse(File.ReadAllText(_ignoreFile));
    }

    public string Folder { get; }

    public string Dockerfile { get; }

    /// <summary>The Dockerfile as seen from the context, with forward slashes.</summary>
    public string DockerfileInContext => Path.GetRelativePath(Folder, Dockerfile).Replace('\\', '/');

    public bool HoldsDockerfile => !DockerfileInContext.StartsWith("../", StringComparison.Ordinal) && !Path.IsPathRooted(DockerfileInContext);

    /// <summary>
    /// Names the content, for an unchanged context the same on every machine: relative paths, permissions and bytes decide, neither times nor
    /// absolute paths do. It is the digest that Pulumi's docker provider records, so that taking a stack over builds nothing anew; links
    /// count by what they say, not by where they end.
    /// </summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // The builder cares for what the Dockerfile says, not for its name.
        Add(hash, "Dockerfile", "----------", SHA256.HashData(File.ReadAllBytes(Dockerfile)));
        foreach (var (path, info) in Entries())
        {
            if (info.LinkTarget is { } target)
            {
                Add(hash, path, "Lrwxrwxrwx", SHA256.HashData(Encoding.UTF8.GetBytes(target.Replace('\\', '/'))));
            }
            else if (info is FileInfo file)
            {
                using var content = file.OpenRead();
                Add(hash, path, Describe(ContextTar.ModeOf(file)), SHA256.HashData(content));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Writes the context as a tar archive to a file that goes when it is closed.</summary>
    /// <returns>The archive, at its beginning, and the Dockerfile's name in it.</returns>
    public async Task<(Stream Archive, string Dockerfile)> PackAsync(CancellationToken cancellationToken)
    {
        var archive = new FileStream(
            Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        try
        {
            var name = await ContextTar.WriteAsync(this, _ignoreFile, archive, cancellationToken);
            archive.Position = 0;
            return (archive, name);
        }
        catch
        {
            await archive.DisposeAsync();
            throw;
        }
    }

    /// <summary>Folders, files and links that belong to the context, each folder before what is in it, by name.</summary>
    /// <param name="except">Paths that belong to it whatever the ignore file says.</param>
    public IEnumerable<(string Path, FileSystemInfo Info)> Entries(params string[] except) => Below(new DirectoryInfo(Folder), "", except);

    private IEnumerable<(string Path, FileSystemInfo Info)> Below(DirectoryInfo folder, string prefix, string[] except)
    {
        foreach (var info in folder.EnumerateFileSystemInfos().OrderBy(info => info.Name, StringComparer.Ordinal))
        {
            var path = prefix + info.Name;
            var ignored = _ignored.Matches(path) && !except.Contains(path);
            if (!ignored && IsContent(info))
            {
                yield return (path, info);
            }

            var isWanted = !ignored || _ignored.TakesBack || except.Any(name => name.StartsWith(path + "/", StringComparison.Ordinal));
            if (info is DirectoryInfo { LinkTarget: null } child && isWanted)
            {
                foreach (var entry in Below(child, path + "/", except))
                {
                    yield return entry;
                }
            }
        }
    }

    // Sockets, pipes and devices are nothing to build from, and reading one might never end.
    private static bool IsContent(FileSystemInfo info) =>
        info is DirectoryInfo || info.LinkTarget is not null || (info.Attributes & FileAttributes.Device) == 0;

    private static void Add(IncrementalHash hash, string path, string mode, byte[] content)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(path + mode));
        hash.AppendData(content);
        hash.AppendData([0]);
    }

    // As Go prints permissions, which is what the official digest takes in.
    private static string Describe(UnixFileMode mode)
    {
        const string Letters = "rwxrwxrwx";
        var text = new StringBuilder();
        text.Append(mode.HasFlag(UnixFileMode.SetUser) ? "u" : "").Append(mode.HasFlag(UnixFileMode.SetGroup) ? "g" : "").Append(mode.HasFlag(UnixFileMode.StickyBit) ? "t" : "");
        if (text.Length == 0)
        {
            text.Append('-');
        }

        for (var bit = 0; bit < Letters.Length; bit++)
        {
            text.Append(((int)mode & (1 << (Letters.Length - 1 - bit))) != 0 ? Letters[bit] : '-');
        }

        return text.ToString();
    }
}
