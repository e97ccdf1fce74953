using System.Text;
using System.Text.Json.Nodes;
using Scalelab.Registry.Content;
using Scalelab.Registry.Http;
using Scalelab.Registry.Storage;

namespace Scalelab.Registry;

/// <summary>The image <c>scalelab/empty:latest</c>: Linux for amd64 and arm64, no layers, no user, nothing to run. What is built on it holds the
/// application alone, so building needs no other registry. It is written at every start and has the same digests everywhere.</summary>
internal static class EmptyBaseImage
{
    private static readonly string[] Architectures = ["amd64", "arm64"];

    public static async Task WriteAsync(BlobStore blobs, RepositoryStore repositories, CancellationToken cancellationToken)
    {
        var name = RepositoryName.Parse("scalelab/empty");
        var latest = Tag.Parse("latest");
        var entries = new JsonArray();
        foreach (var architecture in Architectures)
        {
            var config = Bytes(new JsonObject
            {
                ["created"] = "1970-01-01T00:00:00Z",
                ["architecture"] = architecture,
                ["os"] = "linux",
                ["config"] = new JsonObject(),
                ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray() },
                ["history"] = new JsonArray(),
            });
            var configDigest = Digest.Sha256(config);
            await blobs.WriteAsync(configDigest, config, cancellationToken).ConfigureAwait(false);
            await repositories.AddBlobAsync(name, configDigest, cancellationToken).ConfigureAwait(false);

            var manifest = Bytes(new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = MediaTypes.OciManifest,
                ["config"] = Descriptor(MediaTypes.OciConfig, configDigest, config.Length),
                ["layers"] = new JsonArray(),
            });
            var stored = new StoredManifest(Digest.Sha256(manifest), MediaTypes.OciManifest, manifest);
            await repositories.PutManifestAsync(name, stored, tag: null, subject: null, cancellationToken).ConfigureAwait(false);

            var entry = Descriptor(MediaTypes.OciManifest, stored.Digest, manifest.Length);
            entry["platform"] = new JsonObject { ["architecture"] = architecture, ["os"] = "linux" };
            entries.Add(entry);
        }

        var index = Bytes(new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = MediaTypes.OciIndex, ["manifests"] = entries });
        await repositories.PutManifestAsync(name, new StoredManifest(Digest.Sha256(index), MediaTypes.OciIndex, index), latest, subject: null, cancellationToken).ConfigureAwait(false);
    }

    private static JsonObject Descriptor(string mediaType, Digest digest, int size) =>
        new() { ["mediaType"] = mediaType, ["digest"] = digest.ToString(), ["size"] = size };

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(RegistryResults.ToText(json));
}
