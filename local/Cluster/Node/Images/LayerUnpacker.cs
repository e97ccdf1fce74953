using System.Formats.Tar;
using Microsoft.Extensions.Logging;

namespace Scalelab.Cluster.Node.Images;

/// <summary>
/// Lays layers (tar streams) over each other in one folder, whiteouts included, as the image specification's "Applying Changesets" says.
/// No entry reaches outside the folder: parents are resolved as if the folder were the root, a name with <c>..</c> is refused,
/// a link that would lead out is bent to stay inside, and devices are left out. Files lose their write bits, because all containers
/// of an image share them.
/// </summary>
internal sealed class LayerUnpacker(string root, ImageLimits limits, ILogger logger)
{
    private const string WhiteoutPrefix = ".wh.";
    private const string OpaqueWhiteout = ".wh..wh..opq";
    private const UnixFileMode WriteBits = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;

    private long _bytes;
    private int _entries;

    /// <summary>Adds one layer on top of those before. Throws <see cref="InvalidDataException"/> for a layer that breaks the rules.</summary>
    public async Task ApplyAsync(Stream tar, CancellationToken cancellationToken)
    {
        // Only what this very layer wrote survives its own opaque whiteout, wherever in the layer that stands.
        var written = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = new TarReader(tar, leaveOpen: true);
        while (await NextAsync(reader, cancellationToken) is { } entry)
        {
            if (++_entries > limits.MaximumEntries)
            {
                throw new InvalidDataException($"the image has more than {limits.MaximumEntries} files");
            }

            await ApplyAsync(entry, written, cancellationToken);
        }
    }

    private static async Task<TarEntry?> NextAsync(TarReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.GetNextEntryAsync(copyData: false, cancellationToken);
        }
        catch (Exception exception) when (exception is FormatException or EndOfStreamException or ArgumentException)
        {
            throw new InvalidDataException($"not a readable tar stream: {exception.Message}", exception);
        }
    }

    private async Task ApplyAsync(TarEntry entry, HashSet<string> written, CancellationToken cancellationToken)
    {
        if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
        {
            return;
        }

        var parts = RootedPath.Split(entry.Name).ToList();
        if (parts.Contains("..") || entry.Name.Contains('\0', StringComparison.Ordinal))
        {
            throw new InvalidDataException($"the name {entry.Name} leads out of the image");
        }

        if (parts.Count == 0)
        {
            return;
        }

        var parent = RootedPath.Resolve(root, string.Join('/', parts.SkipLast(1)), followLast: true);
        EnsureFolder(parent);
        var name = parts[^1];
        if (name == OpaqueWhiteout)
        {
            foreach (var child in new DirectoryInfo(parent).EnumerateFileSystemInfos())
            {
                RemoveOlder(child, written);
            }

            return;
        }

        if (name.StartsWith(WhiteoutPrefix, StringComparison.Ordinal))
        {
            var hidden = name[WhiteoutPrefix.Length..];
            if (hidden is "" or "." or "..")
            {
                throw new InvalidDataException($"the whiteout {entry.Name} names nothing");
            }

            Remove($"{parent}/{hidden}");
            return;
        }

        var path = $"{parent}/{name}";
        await WriteAsync(entry, path, cancellationToken);
        for (var up = path; up.Length > root.Length && written.Add(up);)
        {
            up = Path.GetDirectoryName(up)!;
        }
    }

    private async Task WriteAsync(TarEntry entry, string path, CancellationToken cancellationToken)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                if (!IsRealFolder(path))
                {
                    Remove(path);
                    Directory.CreateDirectory(path);
                }

                SetMode(path, (entry.Mode & Permissions) | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                break;

            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                Remove(path);
                await WriteFileAsync(entry, path, cancellationToken);
                break;

            case TarEntryType.HardLink:
                LinkHard(entry, path);
                break;

            case TarEntryType.SymbolicLink:
                Remove(path);
                File.CreateSymbolicLink(path, InsideTarget(path, entry.LinkName));
                break;

            default:
                logger.LogDebug("Left out {Path}: a {Type} has no place in a process's folder.", entry.Name, entry.EntryType);
                break;
        }
    }

    private async Task WriteFileAsync(TarEntry entry, string path, CancellationToken cancellationToken)
    {
        Spend(entry.Length);
        await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: false))
        {
            if (entry.DataStream is { } data)
            {
                await data.CopyToAsync(file, 128 * 1024, cancellationToken);
            }
        }

        SetMode(path, (entry.Mode & Permissions & ~WriteBits) | UnixFileMode.UserRead);
    }

    /// <summary>A copy: what a hard link saves in bytes is not worth a second name for one inode in a shared folder.</summary>
    private void LinkHard(TarEntry entry, string path)
    {
        if (RootedPath.Split(entry.LinkName).Contains(".."))
        {
            throw new InvalidDataException($"the hard link {entry.Name} leads out of the image to {entry.LinkName}");
        }

        var target = RootedPath.Resolve(root, entry.LinkName, followLast: true);
        if (!File.Exists(target))
        {
            throw new InvalidDataException($"the hard link {entry.Name} points to {entry.LinkName}, which is not there");
        }

        if (target == path)
        {
            return;
        }

        Remove(path);
        Spend(new FileInfo(target).Length);
        File.Copy(target, path);
    }

    /// <summary>
    /// The link's target so that it means the same in the folder as it would below a root: absolute targets become relative, and
    /// leading <c>..</c> beyond the root fall away.
    /// </summary>
    private string InsideTarget(string path, string target)
    {
        if (target.Contains('\0', StringComparison.Ordinal) || target.Length == 0)
        {
            throw new InvalidDataException($"the symbolic link {path[root.Length..]} has no valid target");
        }

        var folder = RootedPath.Split(Path.GetDirectoryName(path)![root.Length..]).ToList();
        var absolute = target.StartsWith('/');
        var depth = absolute ? 0 : folder.Count;
        var kept = new List<string>();
        foreach (var part in RootedPath.Split(target))
        {
            if (part == "..")
            {
                if (depth == 0)
                {
                    continue;
                }

                depth--;
            }
            else
            {
                depth++;
            }

            kept.Add(part);
        }

        var up = absolute ? Enumerable.Repeat("..", folder.Count) : [];
        var inside = string.Join('/', up.Concat(kept));
        return inside.Length == 0 ? "." : inside;
    }

    private void EnsureFolder(string folder)
    {
        if (IsRealFolder(folder))
        {
            return;
        }

        if (folder.Length > root.Length)
        {
            EnsureFolder(Path.GetDirectoryName(folder)!);
        }

        Remove(folder);
        Directory.CreateDirectory(folder);
    }

    private static void RemoveOlder(FileSystemInfo item, HashSet<string> written)
    {
        if (!written.Contains(item.FullName))
        {
            Remove(item.FullName);
        }
        else if (item is DirectoryInfo { LinkTarget: null } folder)
        {
            foreach (var child in folder.EnumerateFileSystemInfos())
            {
                RemoveOlder(child, written);
            }
        }
    }

    private static void Remove(string path)
    {
        if (IsRealFolder(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            // Deletes a link itself, never what it points to; nothing happens where nothing is.
            File.Delete(path);
        }
    }

    private static bool IsRealFolder(string path) => new DirectoryInfo(path) is { Exists: true, LinkTarget: null };

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private void Spend(long bytes)
    {
        _bytes += bytes;
        if (bytes < 0 || _bytes > limits.MaximumUnpackedBytes)
        {
            throw new InvalidDataException($"the image unpacks to more than {limits.MaximumUnpackedBytes} bytes");
        }
    }
}
