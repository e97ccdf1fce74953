using System.Formats.Tar;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker.Containers;

/// <summary>Files that are written into a container between its creation and its start.</summary>
internal sealed class ContainerUploads(DockerClient client, string workingDirectory)
{
    private static readonly string[] Contents = ["content", "contentBase64", "source"];

    public static IEnumerable<CheckFailure> Check(PropertyMap inputs)
    {
        foreach (var (upload, i) in ContainerSpec.Maps(inputs, "uploads").Select((upload, i) => (upload, i)))
        {
            if (Contents.Count(upload.ContainsKey) != 1)
            {
                yield return new CheckFailure($"uploads[{i}]", $"must have one of {string.Join(", ", Contents)}.");
            }

            if (upload.FindText("permissions") is { } text && Mode(text) is null)
            {
                yield return new CheckFailure($"uploads[{i}].permissions", $"is '{text}'; it must be permissions in octal, such as 0600.");
            }
        }
    }

    /// <exception cref="ProviderException">A file of this machine cannot be read, or a text is no base64.</exception>
    public async Task WriteAsync(string id, PropertyMap inputs, CancellationToken cancellationToken)
    {
        var uploads = ContainerSpec.Maps(inputs, "uploads").ToArray();
        if (uploads.Length == 0)
        {
            return;
        }

        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, TarEntryFormat.Gnu, leaveOpen: true))
        {
            foreach (var upload in uploads)
            {
                using var content = new MemoryStream(await ReadAsync(upload, cancellationToken));
                await tar.WriteEntryAsync(
                    new GnuTarEntry(TarEntryType.RegularFile, ContainerSpec.Text(upload, "file").TrimStart('/')) { DataStream = content, Mode = ModeOf(upload) },
                    cancellationToken);
            }
        }

        archive.Position = 0;
        await client.Containers.ExtractArchiveToContainerAsync(id, new CopyToContainerParameters { Path = "/" }, archive, cancellationToken);
    }

    private static UnixFileMode ModeOf(PropertyMap upload) =>
        (upload.FindText("permissions") is { } text ? Mode(text) : null) ?? (UnixFileMode)Convert.ToInt32(ContainerInputs.Flag(upload, "executable") ? "744" : "644", 8);

    private static UnixFileMode? Mode(string text) =>
        text.Length is > 0 and <= 5 && text.All(digit => digit is >= '0' and <= '7') && Convert.ToInt32(text, 8) is var mode and <= 0xFFF ? (UnixFileMode)mode : null;

    private async Task<byte[]> ReadAsync(PropertyMap upload, CancellationToken cancellationToken)
    {
        var file = upload.FindText("file");
        try
        {
            return upload.FindText("content") is { } text ? Encoding.UTF8.GetBytes(text)
                : upload.FindText("contentBase64") is { } encoded ? Convert.FromBase64String(encoded)
                : await File.ReadAllBytesAsync(Path.GetFullPath(ContainerSpec.Text(upload, "source"), workingDirectory), cancellationToken);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new ProviderException($"What shall be the container's {file} cannot be read: {e.Message} Correct 'uploads'.", e);
        }
    }
}
