using System.Text;
using Scalelab.Registry.Content;

namespace Scalelab.Registry.Storage;

/// <summary>What each repository holds, as small files that point into the <see cref="BlobStore"/>:
/// <c>repositories/&lt;name&gt;/_blobs/&lt;algorithm&gt;/&lt;hex&gt;</c> (empty), <c>_manifests/…</c> (the media type), <c>_tags/&lt;tag&gt;</c> (the digest) and
/// <c>_referrers/&lt;algorithm&gt;/&lt;hex of the subject&gt;/…</c> (empty). No component of a repository's name starts with an underscore, so names and
/// these folders cannot meet.</summary>
internal sealed class RepositoryStore(string folder, BlobStore blobs, AtomicFile files)
{
    /// <summary>Order of tags and repositories in lists: the specification's, case-insensitive, made total by the ordinal order.</summary>
    public static readonly Comparer<string> ListOrder = Comparer<string>.Create(static (a, b) =>
        StringComparer.OrdinalIgnoreCase.Compare(a, b) is var order and not 0 ? order : StringComparer.Ordinal.Compare(a, b));

    private static readonly string[] LinkKinds = ["_blobs", "_manifests"];

    private readonly string _folder = Path.Combine(folder, "repositories");

    public bool Exists(RepositoryName name) => Directory.Exists(Path.Combine(FolderOf(name), "_manifests"));

    public bool HasBlob(RepositoryName name, Digest digest) => File.Exists(LinkOf(name, "_blobs", digest)) && blobs.Exists(digest);

    public Task AddBlobAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken) =>
        files.WriteAsync(LinkOf(name, "_blobs", digest), ReadOnlyMemory<byte>.Empty, cancellationToken);

    public bool DeleteBlob(RepositoryName name, Digest digest) => Delete(LinkOf(name, "_blobs", digest));

    public bool HasManifest(RepositoryName name, Digest digest) => File.Exists(LinkOf(name, "_manifests", digest)) && blobs.Exists(digest);

    public async Task<Digest?> FindTagAsync(RepositoryName name, Tag tag, CancellationToken cancellationToken)
    {
        var text = await ReadAsync(TagOf(name, tag), cancellationToken).ConfigureAwait(false);
        return Digest.TryParse(text, out var digest) ? digest : null;
    }

    public async Task<StoredManifest?> FindManifestAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        var mediaType = await ReadAsync(LinkOf(name, "_manifests", digest), cancellationToken).ConfigureAwait(false);
        if (mediaType is null || blobs.OpenRead(digest) is not { } file)
        {
            return null;
        }

        await using (file)
        {
            var content = new byte[file.Length];
            await file.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
            return new StoredManifest(digest, mediaType, content);
        }
    }

    public async Task PutManifestAsync(RepositoryName name, StoredManifest manifest, Tag? tag, Digest? subject, CancellationToken cancellationToken)
    {
        // Content, then link, then tag: whoever sees one finds everything before it.
        await blobs.WriteAsync(manifest.Digest, manifest.Content, cancellationToken).ConfigureAwait(false);
        await files.WriteAsync(LinkOf(name, "_manifests", manifest.Digest), Encoding.UTF8.GetBytes(manifest.MediaType), cancellationToken).ConfigureAwait(false);
        if (subject is { } described)
        {
            await files.WriteAsync(ReferrerOf(name, described, manifest.Digest), ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        }

        if (tag is { } moved)
        {
            await files.WriteAsync(TagOf(name, moved), Encoding.ASCII.GetBytes(manifest.Digest.ToString()), cancellationToken).ConfigureAwait(false);
        }
    }

    public bool DeleteTag(RepositoryName name, Tag tag) => Delete(TagOf(name, tag));

    /// <summary>Deletes a manifest and the tags that point to it.</summary>
    public async Task<bool> DeleteManifestAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        foreach (var text in Tags(name))
        {
            if (Tag.TryParse(text, out var tag) && await FindTagAsync(name, tag, cancellationToken).ConfigureAwait(false) == digest)
            {
                DeleteTag(name, tag);
            }
        }

        return Delete(LinkOf(name, "_manifests", digest));
    }

    /// <summary>The repository's tags in <see cref="ListOrder"/>.</summary>
    public IReadOnlyList<string> Tags(RepositoryName name) => [.. FilesIn(Path.Combine(FolderOf(name), "_tags")).Select(Unescape).Order(ListOrder)];

    /// <summary>Manifests whose subject is <paramref name="subject"/> and that still exist, in no particular order.</summary>
    public IReadOnlyList<Digest> Referrers(RepositoryName name, Digest subject) =>
        [.. DigestsIn(ReferrersOf(name, subject)).Where(digest => HasManifest(name, digest))];

    /// <summary>All repositories that hold a manifest or a blob, in <see cref="ListOrder"/>.</summary>
    public IReadOnlyList<string> Names() =>
        Directory.Exists(_folder)
            ? [.. Directory.EnumerateDirectories(_folder, "_manifests", SearchOption.AllDirectories)
                .Select(found => Path.GetRelativePath(_folder, Path.GetDirectoryName(found)!).Replace(Path.DirectorySeparatorChar, '/'))
                .Order(ListOrder)]
            : [];

    /// <summary>Every digest that a repository points to.</summary>
    public IEnumerable<Digest> References() =>
        Directory.Exists(_folder)
            ? LinkKinds.SelectMany(kind => Directory.EnumerateDirectories(_folder, kind, SearchOption.AllDirectories)).SelectMany(DigestsIn)
            : [];

    private static IEnumerable<Digest> DigestsIn(string folder)
    {
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (Digest.TryParse($"{Path.GetFileName(Path.GetDirectoryName(file))}:{Path.GetFileName(file)}", out var digest))
            {
                yield return digest;
            }
        }
    }

    private static IEnumerable<string> FilesIn(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)!) : [];

    private static async Task<string?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static bool Delete(string path)
    {
        var existed = File.Exists(path);
        if (existed)
        {
            File.Delete(path);
        }

        return existed;
    }

    // Tags tell V1 from v1, the file systems of macOS and Windows do not: an upper-case letter is stored as '!' and its lower case.
    private static string Escape(string tag) => string.Concat(tag.Select(c => char.IsAsciiLetterUpper(c) ? $"!{char.ToLowerInvariant(c)}" : $"{c}"));

    private static string Unescape(string file)
    {
        var tag = new StringBuilder(file.Length);
        for (var i = 0; i < file.Length; i++)
        {
            tag.Append(file[i] == '!' && i + 1 < file.Length ? char.ToUpperInvariant(file[++i]) : file[i]);
        }

        return tag.ToString();
    }

    private string FolderOf(RepositoryName name) => Path.Combine(_folder, name.Value.Replace('/', Path.DirectorySeparatorChar));

    private string LinkOf(RepositoryName name, string kind, Digest digest) => Path.Combine(FolderOf(name), kind, digest.Algorithm, digest.Hex);

    private string TagOf(RepositoryName name, Tag tag) => Path.Combine(FolderOf(name), "_tags", Escape(tag.Value));

    private string ReferrersOf(RepositoryName name, Digest subject) => Path.Combine(FolderOf(name), "_referrers", subject.Algorithm, subject.Hex);

    private string ReferrerOf(RepositoryName name, Digest subject, Digest referrer) => Path.Combine(ReferrersOf(name, subject), referrer.Algorithm, referrer.Hex);
}
