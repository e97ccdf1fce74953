using System.Formats.Tar;
using System.IO.Compression;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Sources.Archives;

/// <summary>Puts what was fetched into a model's folder. Nothing leads out of it, and all of it together stays within the limits.</summary>
/// <param name="maxBytes">The most bytes of all files together.</param>
/// <param name="maxFiles">The most files and folders.</param>
internal sealed class Unpacker(long maxBytes, int maxFiles)
{
    // What an image serves lies here: KServe mounts this folder of a "modelcar".
    private const string ImageFolder = "models";
    private const int SymbolicLink = 0xA000;
    private const int TypeMask = 0xF000;

    private long _bytes;
    private int _files;

    /// <summary>Places one file.</summary>
    /// <param name="source">The file; it is moved away where it is copied as it is.</param>
    /// <param name="path">Where it goes in the folder.</param>
    /// <param name="packing">What becomes of it.</param>
    /// <param name="shown">What errors call it.</param>
    /// <param name="folder">The model's folder.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ModelException">The archive is damaged, too large, or leads out of the folder.</exception>
    public async Task PlaceAsync(string source, string path, Packing packing, string shown, string folder, CancellationToken cancellationToken)
    {
        var kind = packing == Packing.File ? ArchiveKind.None : await ArchiveKinds.OfAsync(source, cancellationToken);
        try
        {
            switch (kind)
            {
                case ArchiveKind.None when packing is Packing.File or Packing.Auto:
                    Move(source, path, folder, shown);
                    break;
                case ArchiveKind.None:
                    throw new ModelException($"{shown} is neither a tar archive nor one packed with gzip. Push the layer again in one of these forms.");
                case ArchiveKind.Zip:
                    await UnzipAsync(source, folder, shown, cancellationToken);
                    break;
                default:
                    await using (var file = File.OpenRead(source))
                    {
                        await using var tar = kind == ArchiveKind.Tar ? (Stream)file : new GZipStream(file, CompressionMode.Decompress);
                        await UntarAsync(tar, folder, isLayer: packing == Packing.ImageLayer, shown, cancellationToken);
                    }
                    break;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new ModelException($"{shown} is a damaged archive: {exception.Message} Pack the model's folder again.", exception);
        }
    }

    private void Move(string source, string path, string folder, string shown)
    {
        var target = SafePath.Combine(folder, path, shown);
        Count(shown);
        Add(new FileInfo(source).Length, shown);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(source, target, overwrite: true);
    }

    private async Task UnzipAsync(string source, string folder, string shown, CancellationToken cancellationToken)
    {
        await using var zip = await ZipFile.OpenReadAsync(source, cancellationToken);
        foreach (var entry in zip.Entries)
        {
            Count(shown);
            if (((entry.ExternalAttributes >> 16) & TypeMask) == SymbolicLink)
            {
                throw Link(shown, entry.FullName);
            }
            var target = SafePath.Combine(folder, entry.FullName, shown);
            if (entry.FullName.EndsWith('/'))
            {
                Directory.CreateDirectory(target);
                continue;
            }
            await using var content = await entry.OpenAsync(cancellationToken);
            await WriteAsync(content, target, shown, cancellationToken);
        }
    }

    private async Task UntarAsync(Stream stream, string folder, bool isLayer, string shown, CancellationToken cancellationToken)
    {
        await using var tar = new TarReader(stream, leaveOpen: true);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            Count(shown);
            if (entry.EntryType is TarEntryType.GlobalExtendedAttributes)
            {
                continue;
            }
            // Layers hold whole systems with links and absolute names; only what the model is made of has to be well.
            if (!isLayer)
            {
                await ExtractAsync(entry, entry.Name, entry.LinkName, folder, shown, cancellationToken);
            }
            else if (entry.Name is $".wh.{ImageFolder}" or $"./.wh.{ImageFolder}")
            {
                ApplyWhiteout(".wh..wh..opq", folder, shown);
            }
            else if (InImageFolder(entry.Name) is { } name && !ApplyWhiteout(name, folder, shown))
            {
                await ExtractAsync(entry, name, InImageFolder(entry.LinkName), folder, shown, cancellationToken);
            }
        }
    }

    private async Task ExtractAsync(TarEntry entry, string name, string? linkName, string folder, string shown, CancellationToken cancellationToken)
    {
        var target = SafePath.Combine(folder, name, shown);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                Directory.CreateDirectory(target);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                await WriteAsync(entry.DataStream ?? Stream.Null, target, shown, cancellationToken);
                break;
            case TarEntryType.HardLink when linkName is not null && SafePath.Combine(folder, linkName, shown) is var existing && File.Exists(existing):
                await using (var content = File.OpenRead(existing))
                {
                    await WriteAsync(content, target, shown, cancellationToken);
                }
                break;
            default:
                throw Link(shown, name);
        }
    }

    // A later layer deletes with empty files of these names (OCI image specification, "Whiteouts").
    private static bool ApplyWhiteout(string name, string folder, string shown)
    {
        const string prefix = ".wh.";
        const string all = ".wh..wh..opq";
        var file = name[(name.LastIndexOf('/') + 1)..];
        if (!file.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }
        var parent = SafePath.Combine(folder, name[..^file.Length], shown);
        if (file == all)
        {
            if (Directory.Exists(parent))
            {
                Directory.Delete(parent, recursive: true);
                Directory.CreateDirectory(parent);
            }
            return true;
        }
        var target = SafePath.Combine(parent, file[prefix.Length..], shown);
        if (Directory.Exists(target) && target != folder)
        {
            Directory.Delete(target, recursive: true);
        }
        else
        {
            File.Delete(target);
        }
        return true;
    }

    // The name within the image's folder of models; null for what lies outside.
    private static string? InImageFolder(string? name)
    {
        var relative = name?.StartsWith("./", StringComparison.Ordinal) == true ? name[2..] : name?.TrimStart('/');
        return relative?.StartsWith(ImageFolder + "/", StringComparison.Ordinal) == true ? relative[(ImageFolder.Length + 1)..] : null;
    }

    private async Task WriteAsync(Stream content, string target, string shown, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        await using var file = new FileStream(target, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        var buffer = new byte[1 << 17];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            Add(read, shown);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        file.Flush(flushToDisk: true);
    }

    private void Add(long bytes, string shown)
    {
        _bytes += bytes;
        if (_bytes > maxBytes)
        {
            throw new ModelException($"{shown} unpacks to more than {SourceName.Size(maxBytes)}, the most of one model. Pack only what is served.");
        }
    }

    private void Count(string shown)
    {
        if (++_files > maxFiles)
        {
            throw new ModelException($"{shown} holds more than {maxFiles} files, the most of one model. Pack only what is served.");
        }
    }

    private static ModelException Link(string shown, string name) =>
        new($"{shown} holds '{name}', which is a link or a device. Pack files and folders only: tar --dereference follows links.");
}
