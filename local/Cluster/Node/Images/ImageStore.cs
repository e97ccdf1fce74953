using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Scalelab.Cluster.Node.Images;

/// <summary>Where containers get their images from.</summary>
internal interface IImageSource
{
    /// <summary>The image if it is on this machine already; null if it is not.</summary>
    Task<ContainerImage?> FindAsync(ImageReference reference, CancellationToken cancellationToken);

    /// <summary>Fetches what is missing and unpacks it. Throws <see cref="ImageException"/>.</summary>
    Task<ContainerImage> PullAsync(ImageReference reference, CancellationToken cancellationToken);
}

/// <summary>
/// The images of this machine, shared by all nodes: verified content by digest below <c>blobs/</c>, unpacked images below
/// <c>unpacked/</c>, and which name was last seen with which manifest in <c>names/</c>. What lies under its final name is complete: everything
/// is written beside it and moved in, so a process killed half-way leaves only something to sweep.
/// </summary>
internal sealed class ImageStore : IImageSource, IDisposable
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string _folder;
    private readonly ImageLimits _limits;
    private readonly ILogger _logger;
    private readonly HttpClient _http = RegistryClient.CreateHttpClient();
    private readonly RegistryClient _registry;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _lastUsed = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    // One download per content, however many pods wait for it.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _locks = new(StringComparer.Ordinal);

    public ImageStore(string folder, ImageLimits limits, TimeProvider time, ILogger logger)
    {
        _folder = folder;
        _limits = limits;
        _logger = logger;
        _time = time;
        _registry = new RegistryClient(_http, limits, time);
        foreach (var name in (string[])["blobs", "unpacked", "names", "partial"])
        {
            Directory.CreateDirectory($"{folder}/{name}");
        }

        foreach (var leftover in new DirectoryInfo($"{folder}/partial").EnumerateFileSystemInfos())
        {
            Delete(leftover.FullName);
        }
    }

    public async Task<ContainerImage?> FindAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        var digest = reference.Digest;
        if (digest is null)
        {
            var name = NameFile(reference);
            if (!File.Exists(name))
            {
                return null;
            }

            digest = (await File.ReadAllTextAsync(name, cancellationToken)).Trim();
        }

        return await LoadAsync(reference, digest, cancellationToken);
    }

    public async Task<ContainerImage> PullAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        try
        {
            var (digest, bytes, manifest) = await _registry.GetManifestAsync(reference, reference.ManifestName, cancellationToken);
            if (manifest.Manifests is { } choices)
            {
                var platform = Choose(reference, choices);
                (digest, bytes, manifest) = await _registry.GetManifestAsync(reference, platform.Digest, cancellationToken);
            }

            // The lock is on what is fetched: two names for one image wait for each other as well.
            using (await LockAsync(digest, cancellationToken))
            {
                var image = await LoadAsync(reference, digest, cancellationToken);
                if (image is null)
                {
                    await FetchAsync(reference, digest, bytes, manifest, cancellationToken);
                    image = await LoadAsync(reference, digest, cancellationToken) ?? throw new InvalidOperationException($"{digest} vanished from the image store.");
                }

                await WriteAsync(NameFile(reference), System.Text.Encoding.UTF8.GetBytes(digest), cancellationToken);
                return image;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw RegistryClient.Failed(reference, exception.Message, exception);
        }
    }

    /// <summary>Every complete image.</summary>
    public IReadOnlyList<StoredImage> List() => [.. Digests().Select(digest => new StoredImage(digest, _lastUsed.GetOrAdd(digest, _ => _time.GetUtcNow())))];

    /// <summary>
    /// Removes an image, its names and whatever content no other image has. A pull at the same moment that counted on such content fails and
    /// is tried again, as any pull.
    /// </summary>
    public async Task RemoveAsync(string digest, CancellationToken cancellationToken)
    {
        using (await LockAsync(digest, cancellationToken))
        {
            var content = await ContentAsync(digest, cancellationToken);

            // The manifest goes first: without it the image is not there, whatever happens to the rest.
            File.Delete(BlobFile(digest));
            Delete(RootFolder(digest));
            _lastUsed.TryRemove(digest, out _);
            foreach (var name in Directory.EnumerateFiles($"{_folder}/names"))
            {
                if ((await File.ReadAllTextAsync(name, cancellationToken)).Trim() == digest)
                {
                    File.Delete(name);
                }
            }

            foreach (var other in Digests())
            {
                content.ExceptWith(await ContentAsync(other, cancellationToken));
            }

            foreach (var blob in content)
            {
                File.Delete(BlobFile(blob));
            }
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        foreach (var gate in _locks.Values)
        {
            gate.Dispose();
        }
    }

    private static OciDescriptor Choose(ImageReference reference, IReadOnlyList<OciDescriptor> choices)
    {
        var architecture = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "amd64",
            Architecture.X86 => "386",
            var other => other.ToString().ToLowerInvariant(),
        };
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

        // Pods are plain processes, but portable .NET images are marked linux whatever they run on.
        var chosen = choices.FirstOrDefault(choice => choice.Platform is { } p && p.OperatingSystem == system && p.Architecture == architecture)
            ?? choices.FirstOrDefault(choice => choice.Platform is { OperatingSystem: "linux" } p && p.Architecture == architecture)
            ?? throw RegistryClient.Failed(reference, $"no match for platform in manifest: {system}/{architecture}: not found");
        return IsDigest(chosen.Digest) ? chosen : throw RegistryClient.Failed(reference, $"unsupported digest {chosen.Digest}");
    }

    private async Task FetchAsync(ImageReference reference, string digest, byte[] bytes, OciManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Config is not { } config || manifest.Layers is not { } layers)
        {
            throw RegistryClient.Failed(reference, $"the manifest {digest} has no configuration or no layers");
        }

        if (layers.Count > _limits.MaximumLayers || config.Size > _limits.MaximumDocumentBytes || layers.Any(layer => layer.Size < 0)
            || layers.Sum(layer => (decimal)layer.Size) > _limits.MaximumBytes)
        {
            throw RegistryClient.Failed(reference, $"the image is larger than this node takes ({_limits.MaximumLayers} layers, {_limits.MaximumBytes} bytes)");
        }

        await FetchBlobAsync(reference, config, cancellationToken);
        var image = RegistryClient.Parse<OciImageConfig>(reference, await File.ReadAllBytesAsync(BlobFile(config.Digest), cancellationToken), "image configuration");
        var diffs = image.RootFs?.DiffIds ?? [];
        if (diffs.Count != layers.Count)
        {
            throw RegistryClient.Failed(reference, $"the configuration names {diffs.Count} layers, the manifest {layers.Count}");
        }

        foreach (var layer in layers)
        {
            if (!MediaTypes.IsGzip(layer.MediaType) && !MediaTypes.IsTar(layer.MediaType))
            {
                throw RegistryClient.Failed(reference, $"the layer {layer.Digest} is of type {layer.MediaType}; tar and tar+gzip can be unpacked");
            }

            await FetchBlobAsync(reference, layer, cancellationToken);
        }

        var partial = Partial();
        Directory.CreateDirectory(partial);
        try
        {
            var unpacker = new LayerUnpacker(partial, _limits, _logger);
            foreach (var (layer, diff) in layers.Zip(diffs))
            {
                await UnpackAsync(reference, unpacker, layer, diff, cancellationToken);
            }

            if (image.Config?.WorkingDir is { Length: > 0 } workingFolder)
            {
                Directory.CreateDirectory(RootedPath.Resolve(partial, workingFolder, followLast: true));
            }

            Delete(RootFolder(digest));
            Directory.Move(partial, RootFolder(digest));
        }
        finally
        {
            Delete(partial);
        }

        await WriteAsync(BlobFile(digest), bytes, cancellationToken);
    }

    private async Task FetchBlobAsync(ImageReference reference, OciDescriptor blob, CancellationToken cancellationToken)
    {
        if (!IsDigest(blob.Digest))
        {
            throw RegistryClient.Failed(reference, $"unsupported digest {blob.Digest}");
        }

        using (await LockAsync(blob.Digest, cancellationToken))
        {
            var path = BlobFile(blob.Digest);
            if (File.Exists(path))
            {
                return;
            }

            var partial = Partial();
            try
            {
                await using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: false))
                {
                    await _registry.GetBlobAsync(reference, blob, file, cancellationToken);
                }

                File.Move(partial, path, overwrite: true);
            }
            finally
            {
                File.Delete(partial);
            }
        }
    }

    private async Task UnpackAsync(ImageReference reference, LayerUnpacker unpacker, OciDescriptor layer, string diff, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(BlobFile(layer.Digest), FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, useAsync: false);
        await using Stream plain = MediaTypes.IsGzip(layer.MediaType) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var hash = SHA256.Create();
        await using var hashed = new CryptoStream(plain, hash, CryptoStreamMode.Read);
        await unpacker.ApplyAsync(hashed, cancellationToken);

        // The digest covers the whole stream; a reader of tar stops at the end mark.
        await DrainAsync(hashed, cancellationToken);
        var actual = "sha256:" + Convert.ToHexStringLower(hash.Hash!);
        if (actual != diff)
        {
            throw RegistryClient.Failed(reference, $"wrong diff id calculated on extraction: layer {layer.Digest} is {actual}, not {diff}");
        }
    }

    private async Task DrainAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[32 * 1024];
        long total = 0;
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            if ((total += count) > _limits.MaximumUnpackedBytes)
            {
                throw new InvalidDataException("a layer goes on without end after its last file");
            }
        }
    }

    private async Task<ContainerImage?> LoadAsync(ImageReference reference, string digest, CancellationToken cancellationToken)
    {
        // The manifest is written last: where it is, everything else is.
        if (!IsDigest(digest) || !File.Exists(BlobFile(digest)) || !Directory.Exists(RootFolder(digest)))
        {
            return null;
        }

        var manifest = RegistryClient.Parse<OciManifest>(reference, await File.ReadAllBytesAsync(BlobFile(digest), cancellationToken), "manifest");
        if (manifest.Config is not { } descriptor || !File.Exists(BlobFile(descriptor.Digest)))
        {
            return null;
        }

        var config = RegistryClient.Parse<OciImageConfig>(reference, await File.ReadAllBytesAsync(BlobFile(descriptor.Digest), cancellationToken), "image configuration");
        _lastUsed[digest] = _time.GetUtcNow();
        return new ContainerImage(
            reference.ToString(), $"{reference.Name}@{digest}", RootFolder(digest), config.Config ?? new OciRunConfig(), manifest.Layers?.Sum(layer => layer.Size) ?? 0);
    }

    private IEnumerable<string> Digests() =>
        Directory.EnumerateDirectories($"{_folder}/unpacked").Select(folder => "sha256:" + Path.GetFileName(folder)).Where(digest => IsDigest(digest) && File.Exists(BlobFile(digest)));

    /// <summary>The digests of an image's configuration and layers.</summary>
    private async Task<HashSet<string>> ContentAsync(string digest, CancellationToken cancellationToken)
    {
        var manifest = JsonSerializer.Deserialize<OciManifest>(await File.ReadAllBytesAsync(BlobFile(digest), cancellationToken), RegistryClient.Json);
        return [.. new[] { manifest?.Config }.Concat(manifest?.Layers ?? []).OfType<OciDescriptor>().Select(one => one.Digest).Where(IsDigest)];
    }

    private async Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        var partial = Partial();
        await File.WriteAllBytesAsync(partial, content, cancellationToken);
        File.Move(partial, path, overwrite: true);
    }

    private async Task<IDisposable> LockAsync(string digest, CancellationToken cancellationToken)
    {
        var gate = _locks.GetOrAdd(digest, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        return new Releaser(gate);
    }

    private static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }

    private static bool IsDigest(string digest) =>
        digest.Length == 71 && digest.StartsWith("sha256:", StringComparison.Ordinal) && digest.AsSpan(7).IndexOfAnyExcept(HexDigits) < 0;

    private string BlobFile(string digest) => $"{_folder}/blobs/{digest["sha256:".Length..]}";

    private string RootFolder(string digest) => $"{_folder}/unpacked/{digest["sha256:".Length..]}";

    private string NameFile(ImageReference reference) => $"{_folder}/names/{Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(reference.ToString())))}";

    private string Partial() => $"{_folder}/partial/{Guid.NewGuid():N}";

    private sealed class Releaser(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
