using System.Buffers;
using System.Security.Cryptography;
using Scalelab.Registry.Content;
using Scalelab.Registry.Http;

namespace Scalelab.Registry.Storage;

/// <summary>One blob on its way in: a file that grows with each chunk and the running hash of what it holds. Only the holder of the
/// session's lease (<see cref="UploadStore.LeaseAsync"/>) calls these methods.</summary>
internal sealed class UploadSession : IDisposable
{
    private const int BufferBytes = 128 * 1024;

    private readonly FileStream _file;
    private readonly IncrementalHash _sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public UploadSession(string id, RepositoryName repository, string path, DateTimeOffset now)
    {
        Id = id;
        Repository = repository;
        Path = path;
        LastUsed = now;
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
    }

    public string Id { get; }

    public RepositoryName Repository { get; }

    public string Path { get; }

    public DateTimeOffset LastUsed { get; set; }

    /// <summary>Bytes received so far.</summary>
    public long Length { get; private set; }

    public SemaphoreSlim Gate { get; } = new(1, 1);

    public bool IsClosed { get; private set; }

    /// <summary>Appends a body to the file. What arrived before a broken connection stays, so that the client can go on from there.</summary>
    public async Task AppendAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                // A write that fails halfway leaves bytes behind the length: the next one overwrites them, so file and hash cannot part.
                _file.Position = Length;
                await _file.WriteAsync(buffer.AsMemory(0, count), CancellationToken.None).ConfigureAwait(false);
                _sha256.AppendData(buffer, 0, count);
                Length += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Makes the file durable and checks that it holds what <paramref name="expected"/> names.</summary>
    /// <exception cref="RegistryException">DIGEST_INVALID when it does not.</exception>
    public async Task SealAsync(Digest expected, CancellationToken cancellationToken)
    {
        var actual = expected.Algorithm == "sha512" ? await Sha512Async(cancellationToken).ConfigureAwait(false) : Digest.FromHash(_sha256);
        if (actual != expected)
        {
            throw new RegistryException(ErrorCode.DigestInvalid, $"the {Length} bytes received have digest {actual}, not {expected}");
        }

        _file.SetLength(Length);
        _file.Flush(flushToDisk: true);
        Close();
    }

    public void Close()
    {
        IsClosed = true;
        _file.Dispose();
    }

    public void Dispose()
    {
        Close();
        _sha256.Dispose();
        File.Delete(Path);
    }

    // Rare enough to be worth a second read instead of a second running hash on every upload.
    private async Task<Digest> Sha512Async(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            _file.Position = 0;
            var left = Length;
            while (left > 0)
            {
                var count = await _file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken).ConfigureAwait(false);
                hash.AppendData(buffer, 0, count);
                left = count == 0 ? 0 : left - count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Digest.FromHash(hash);
    }
}
