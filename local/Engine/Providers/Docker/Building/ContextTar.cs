using System.Formats.Tar;
using System.Text;

namespace Scalelab.Engine.Providers.Docker.Building;

/// <summary>A build's context as the archive that a Docker engine takes.</summary>
internal static class ContextTar
{
    /// <summary>What a Dockerfile from outside the context is called in it.</summary>
    private const string ForeignDockerfile = ".dockerfile.scalelab";

    private const string IgnoreFile = ".dockerignore";

    /// <returns>The Dockerfile's name in the archive.</returns>
    public static async Task<string> WriteAsync(BuildContext context, string? ignoreFile, Stream archive, CancellationToken cancellationToken)
    {
        // BuildKit knows an archive by its first header, and one of POSIX's extended headers it takes for something else.
        await using var tar = new TarWriter(archive, TarEntryFormat.Gnu, leaveOpen: true);
        var name = context.HoldsDockerfile ? context.DockerfileInContext : ForeignDockerfile;
        // The engine reads both itself, whether or not they are part of what is copied.
        foreach (var (path, info) in context.Entries(name, IgnoreFile))
        {
            if (path != IgnoreFile)
            {
                await WriteAsync(tar, path, info, cancellationToken);
            }
        }

        if (!context.HoldsDockerfile)
        {
            await WriteAsync(tar, name, new FileInfo(context.Dockerfile), cancellationToken);
        }

        // The engine leaves out once more what the ignore file names: without it, COPY would bring the Dockerfile along.
        var ignored = ignoreFile is null ? "" : await File.ReadAllTextAsync(ignoreFile, cancellationToken);
        if (ignoreFile is not null || !context.HoldsDockerfile)
        {
            var text = context.HoldsDockerfile ? ignored : $"{ignored.TrimEnd()}\n{ForeignDockerfile}\n{IgnoreFile}\n";
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
            await tar.WriteEntryAsync(Owned(new GnuTarEntry(TarEntryType.RegularFile, IgnoreFile) { DataStream = content }), cancellationToken);
        }

        return name;
    }

    /// <summary>A file's permissions; on Windows, which has none of the kind, what Go takes in their place.</summary>
    public static UnixFileMode ModeOf(FileSystemInfo info)
    {
        const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        return OperatingSystem.IsWindows() ? ReadWrite : info.UnixFileMode;
    }

    private static async Task WriteAsync(TarWriter tar, string path, FileSystemInfo info, CancellationToken cancellationToken)
    {
        if (info.LinkTarget is { } target)
        {
            await tar.WriteEntryAsync(Owned(new GnuTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target.Replace('\\', '/'), ModificationTime = info.LastWriteTimeUtc }), cancellationToken);
        }
        else if (info is DirectoryInfo)
        {
            await tar.WriteEntryAsync(Owned(new GnuTarEntry(TarEntryType.Directory, path + "/") { Mode = Executable(info), ModificationTime = info.LastWriteTimeUtc }), cancellationToken);
        }
        else
        {
            await using var content = ((FileInfo)info).OpenRead();
            await tar.WriteEntryAsync(
                Owned(new GnuTarEntry(TarEntryType.RegularFile, path) { Mode = Executable(info), ModificationTime = info.LastWriteTimeUtc, DataStream = content }), cancellationToken);
        }
    }

    // Windows cannot say which files are programs: all of them are, as docker has it.
    private static UnixFileMode Executable(FileSystemInfo info) => OperatingSystem.IsWindows()
        ? UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute
        : info.UnixFileMode;

    // Whoever owns a file on this machine means nothing in the image.
    private static GnuTarEntry Owned(GnuTarEntry entry)
    {
        (entry.Uid, entry.Gid) = (0, 0);
        return entry;
    }
}
