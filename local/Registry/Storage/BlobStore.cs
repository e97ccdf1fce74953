using Scalelab.Registry.Content;

namespace Scalelab.Registry.Storage;

/// <summary>Content by digest, shared by all repositories: <c>blobs/&lt;algorithm&gt;/&lt;two digits&gt;/&lt;hex&gt;</c>. What is there is
/// complete and was verified when it came; files are never changed.</summary>
internal sealed class BlobStore(string folder, AtomicFile files)
{
    private readonly string _folder = Path.Combine(folder, "blobs");

    public bool Exists(Digest digest) => File.Exists(PathOf(digest));

    public FileStream? OpenRead(Digest digest)
    {
        try
        {
            return new FileStream(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public Task WriteAsync(Digest digest, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Exists(digest) ? Task.CompletedTask : files.WriteAsync(PathOf(digest), content, cancellationToken);

    /// <summary>Takes over a complete, verified and flushed file.</summary>
    public void Adopt(string file, Digest digest)
    {
        var path = PathOf(digest);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(file, path, overwrite: true);
    }

    /// <summary>Deletes the content that <paramref name="isWanted"/> refuses. Only safe while no request is served: an upload writes its
    /// content before its link.</summary>
    public void Sweep(Predicate<Digest> isWanted)
    {
        if (!Directory.Exists(_folder))
        {
            return;
        }

        foreach (var algorithm in Directory.EnumerateDirectories(_folder))
        {
            foreach (var file in Directory.EnumerateFiles(algorithm, "*", SearchOption.AllDirectories))
            {
                if (Digest.TryParse($"{Path.GetFileName(algorithm)}:{Path.GetFileName(file)}", out var digest) && !isWanted(digest))
                {
                    File.Delete(file);
                }
            }
        }
    }

    private string PathOf(Digest digest) => Path.Combine(_folder, digest.Algorithm, digest.Hex[..2], digest.Hex);
}
