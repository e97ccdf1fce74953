using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Command.Remote;

/// <summary>
/// Copies over SFTP, by the rules of Pulumi's provider: missing folders are made; a file goes into a folder that is there, and over a file that is
/// there; of a folder whose path ends in a slash the contents are copied, else the folder itself.
/// </summary>
internal sealed class RemoteFiles(SftpClient client, ProviderContext context, Urn urn, CancellationToken cancellationToken)
{
    /// <param name="source">An asset or an archive of this machine.</param>
    /// <param name="target">On the other one.</param>
    /// <exception cref="ProviderException">Something of another kind is in the way there, or the source is not here.</exception>
    public async Task CopyAsync(PropertyMap source, string target)
    {
        if (source.FindText("path") is { Length: > 0 } path)
        {
            await CopyPathAsync(path, target);
        }
        else if (source.FindText(Signatures.Key) == Signatures.Asset)
        {
            await CopyTextAsync(source.FindText("text") ?? "", target);
        }
        else
        {
            await MakeFolderAsync(target);
            await CopyMembersAsync(source, target);
        }
    }

    public async Task CopyPathAsync(string source, string target)
    {
        var local = Path.GetFullPath(source, context.WorkingDirectory);
        if (Directory.Exists(local))
        {
            var name = Path.GetFileName(local.TrimEnd('/'));
            await MakeFolderAsync(target);
            await CopyFolderAsync(local, source.EndsWith('/') ? target : Join(target, name));
        }
        else if (File.Exists(local))
        {
            var isFolder = await IsFolderAsync(target);
            if (isFolder is null)
            {
                await MakeFolderAsync(Parent(target));
            }

            await UploadAsync(local, isFolder == true ? Join(target, Path.GetFileName(local)) : target);
        }
        else
        {
            throw new ProviderException($"{local} is not there to be copied. Correct the path; relative ones start at {context.WorkingDirectory}.");
        }
    }

    private async Task CopyTextAsync(string text, string target)
    {
        if (await IsFolderAsync(target) == true)
        {
            throw new ProviderException($"The remote path {target} is a folder; a text needs a file to go to. Write {Join(target, "name")} or the like.");
        }

        await MakeFolderAsync(Parent(target));
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await client.UploadFileAsync(stream, target, cancellationToken);
    }

    private async Task CopyMembersAsync(PropertyMap archive, string target)
    {
        foreach (var (name, member) in archive.Find("assets") as PropertyMap ?? PropertyMap.Empty)
        {
            var path = Join(target, name);
            switch (member.Revealed)
            {
                case PropertyMap inner when inner.FindText(Signatures.Key) == Signatures.Archive && inner.FindText("path") is { Length: > 0 } folder && Directory.Exists(Path.GetFullPath(folder, context.WorkingDirectory)):
                    await MakeFolderAsync(path);
                    await CopyFolderAsync(Path.GetFullPath(folder, context.WorkingDirectory), path);
                    break;
                case PropertyMap inner:
                    await CopyAsync(inner, path);
                    break;
            }
        }
    }

    private async Task CopyFolderAsync(string folder, string target)
    {
        await MakeFolderAsync(target);
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            await (entry is DirectoryInfo ? CopyFolderAsync(entry.FullName, Join(target, entry.Name)) : UploadAsync(entry.FullName, Join(target, entry.Name)));
        }
    }

    private async Task UploadAsync(string file, string target)
    {
        context.Status(urn, $"copying {Path.GetFileName(file)}");
        await using var content = File.OpenRead(file);
        await client.UploadFileAsync(content, target, cancellationToken);
    }

    private async Task MakeFolderAsync(string path)
    {
        switch (await IsFolderAsync(path))
        {
            case false:
                throw new ProviderException($"The remote path {path} is there, but is no folder. Remove it, or copy to another place.");
            case null:
                await MakeFolderAsync(Parent(path));
                await client.CreateDirectoryAsync(path, cancellationToken);
                break;
        }
    }

    // Null where there is nothing.
    private async Task<bool?> IsFolderAsync(string path)
    {
        try
        {
            return (await client.GetAttributesAsync(path, cancellationToken)).IsDirectory;
        }
        catch (SftpPathNotFoundException)
        {
            return null;
        }
    }

    private static string Parent(string path) => path.TrimEnd('/').LastIndexOf('/') switch
    {
        < 0 => ".",
        0 => "/",
        var at => path[..at],
    };

    private static string Join(string folder, string name) => folder.EndsWith('/') ? folder + name : $"{folder}/{name}";
}
