using System.Security.Cryptography;
using System.Text;

namespace Scalelab.Engine.Properties;

/// <summary>
/// Gives assets and archives among property values the hash of their contents, as the Pulumi CLI records it, so that a changed file is a
/// changed input. An asset's is that of its bytes; an archive's that of the archive file, or else of a tar of its members.
/// </summary>
internal static class AssetHashes
{
    private const string HashKey = "hash";

    private static readonly string[] ArchiveSuffixes = [".tar", ".tar.gz", ".tgz", ".zip", ".jar"];

    /// <summary>The values, with hashes.</summary>
    /// <param name="map">Any values.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <exception cref="EngineException">A file is absent or cannot be read, or the archive is none.</exception>
    public static PropertyMap Apply(PropertyMap map, string folder) => (PropertyMap)Apply((PropertyValue)map, folder);

    private static PropertyValue Apply(PropertyValue value, string folder)
    {
        switch (value)
        {
            case PropertyMap map when SignatureOf(map) is { } signature && map.FindText(HashKey) is not { Length: > 0 }:
                return WithHash(map, signature, folder);
            case PropertyMap map:
                foreach (var (key, inner) in map)
                {
                    var applied = Apply(inner, folder);
                    map = ReferenceEquals(applied, inner) ? map : map.With(key, applied);
                }

                return map;
            case ListValue { Items: var items }:
                var changed = items.Select(item => Apply(item, folder)).ToArray();
                return changed.Zip(items).All(pair => ReferenceEquals(pair.First, pair.Second)) ? value : new ListValue([.. changed]);
            case SecretValue { Value: var inner }:
                var hashed = Apply(inner, folder);
                return ReferenceEquals(hashed, inner) ? value : PropertyValue.Secret(hashed);
            default:
                return value;
        }
    }

    private static string? SignatureOf(PropertyMap map) => map.FindText(Signatures.Key) is (Signatures.Asset or Signatures.Archive) and var signature ? signature : null;

    private static PropertyMap WithHash(PropertyMap map, string signature, string folder)
    {
        // What lies on the network is not fetched; what is not known yet has no contents.
        if (map.ContainsUnknowns || map.FindText("uri") is { Length: > 0 })
        {
            return map;
        }

        try
        {
            return map.With(HashKey, Convert.ToHexStringLower(signature == Signatures.Asset ? SHA256.HashData(Contents(map, folder)) : HashOfArchive(map, folder)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"An asset of the program cannot be read: {e.Message}", e);
        }
    }

    private static byte[] Contents(PropertyMap asset, string folder) => asset.FindText("path") is { Length: > 0 } path
        ? File.ReadAllBytes(Path.Combine(folder, path))
        : Encoding.UTF8.GetBytes(asset.FindText("text") ?? "");

    private static byte[] HashOfArchive(PropertyMap archive, string folder)
    {
        if (archive.FindText("path") is { } path && ArchiveSuffixes.Any(suffix => path.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)))
        {
            using var file = File.OpenRead(Path.Combine(folder, path));
            return SHA256.HashData(file);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var seen = new HashSet<string>();
        foreach (var (name, contents) in Members(archive, folder).Where(member => seen.Add(member.Name)))
        {
            var bytes = contents();
            hash.AppendData(TarHeader(name, bytes.Length));
            hash.AppendData(bytes);
            hash.AppendData(new byte[(512 - (bytes.Length % 512)) % 512]);
        }

        hash.AppendData(new byte[1024]);
        return hash.GetHashAndReset();
    }

    private static IEnumerable<(string Name, Func<byte[]> Contents)> Members(PropertyMap archive, string folder)
    {
        if (archive.FindText("path") is { Length: > 0 } path)
        {
            var root = Path.GetFullPath(Path.Combine(folder, path));
            return Directory.Exists(root)
                ? FilesBelow(root).Select(file => (Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/'), (Func<byte[]>)(() => File.ReadAllBytes(file))))
                : throw new EngineException($"The archive {root} is neither a folder nor a file of a known kind ({string.Join(", ", ArchiveSuffixes)}).");
        }

        return (archive.Find("assets") as PropertyMap ?? PropertyMap.Empty).SelectMany(entry => entry.Value switch
        {
            PropertyMap inner when SignatureOf(inner) == Signatures.Archive => Members(inner, folder).Select(member => ($"{entry.Key}/{member.Name}", member.Contents)),
            PropertyMap inner => [(entry.Key, (Func<byte[]>)(() => Contents(inner, folder)))],
            _ => [],
        });
    }

    private static IEnumerable<string> FilesBelow(string folder) => Directory.EnumerateFileSystemEntries(folder)
        .Where(entry => Path.GetFileName(entry) != ".pulumi")
        .OrderBy(Path.GetFileName, StringComparer.Ordinal)
        .SelectMany(entry => !Directory.Exists(entry) ? [entry] : new DirectoryInfo(entry).LinkTarget is null ? FilesBelow(entry) : []);

    /// <summary>A USTAR header as Go writes it for a file of mode 0600 and no time.</summary>
    private static byte[] TarHeader(string name, long size)
    {
        var header = new byte[512];
        var bytes = Encoding.UTF8.GetBytes(name);
        var split = bytes.Length <= 100 ? 0 : Array.IndexOf(bytes, (byte)'/', bytes.Length - 101);
        if (split < 0 || split > 155)
        {
            throw new EngineException($"The name '{name}' is too long for an archive. Shorten it.");
        }

        Put(split > 0 ? bytes.AsSpan(split + 1) : bytes, 0);
        Octal(0x180, 100, 8);
        Octal(0, 108, 8);
        Octal(0, 116, 8);
        Octal(size, 124, 12);
        Octal(0, 136, 12);
        header[156] = (byte)'0';
        Put("ustar\0"u8, 257);
        Put("00"u8, 263);
        Octal(0, 329, 8);
        Octal(0, 337, 8);
        Put(bytes.AsSpan(0, split), 345);
        Put("        "u8, 148);
        var sum = header.Sum(value => value);
        Octal(sum, 148, 7);
        return header;

        void Put(ReadOnlySpan<byte> text, int at) => text.CopyTo(header.AsSpan(at));

        void Octal(long value, int at, int width) => Encoding.ASCII.GetBytes(Convert.ToString(value, 8).PadLeft(width - 1, '0') + '\0').CopyTo(header, at);
    }
}
