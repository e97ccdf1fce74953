using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Scalelab.Cluster.Tests.Node.Images;

/// <summary>Builds images: layers from tar entries, a configuration, a manifest. Each part can be spoilt.</summary>
internal sealed class TestImage
{
    private readonly List<(byte[] Tar, byte[] Compressed)> _layers = [];

    public object RunConfig { get; set; } = new { };

    public Func<string, string> ChangeDiffId { get; set; } = id => id;

    public TestImage Layer(params TarEntry[] entries)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(stream.ToArray());
        }

        _layers.Add((stream.ToArray(), compressed.ToArray()));
        return this;
    }

    public static TarEntry File(string name, string content = "", UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite) =>
        new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), Mode = mode };

    public static TarEntry Folder(string name) =>
        new PaxTarEntry(TarEntryType.Directory, name) { Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute };

    public static TarEntry Link(string name, string target) => new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target };

    public static TarEntry HardLink(string name, string target) => new PaxTarEntry(TarEntryType.HardLink, name) { LinkName = target };

    /// <summary>Uploads everything; the manifest under a tag and under its digest. Returns the digest.</summary>
    public string PushTo(TestRegistry registry, string repository, string tag)
    {
        var config = JsonSerializer.SerializeToUtf8Bytes(new
        {
            architecture = "amd64",
            os = "linux",
            config = RunConfig,
            rootfs = new { type = "layers", diff_ids = _layers.Select(layer => ChangeDiffId(Digest(layer.Tar))).ToArray() },
        });
        registry.AddBlob(repository, config);
        foreach (var (_, compressed) in _layers)
        {
            registry.AddBlob(repository, compressed);
        }

        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = "application/vnd.oci.image.manifest.v1+json",
            config = new { mediaType = "application/vnd.oci.image.config.v1+json", digest = Digest(config), size = config.Length },
            layers = _layers.Select(layer => new { mediaType = "application/vnd.oci.image.layer.v1.tar+gzip", digest = Digest(layer.Compressed), size = layer.Compressed.Length }).ToArray(),
        });
        registry.AddManifest(repository, tag, manifest, "application/vnd.oci.image.manifest.v1+json");
        return Digest(manifest);
    }

    public static string Digest(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
}
