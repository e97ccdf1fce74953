using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Scalelab.Cluster.Node.Images;

/// <summary>
/// Reads from a registry over the OCI distribution API. Everything is checked against the digest it was asked by, before anyone
/// gets to see it. Throws <see cref="ImageException"/> for every way in which a registry can fail.
/// </summary>
internal sealed class RegistryClient(HttpClient http, ImageLimits limits, TimeProvider time)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>A client that follows redirects but never waits long for a connection.</summary>
    public static HttpClient CreateHttpClient() => new(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        UseProxy = false,
        UseCookies = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>A manifest or index with its digest and its bytes.</summary>
    public async Task<(string Digest, byte[] Bytes, OciManifest Manifest)> GetManifestAsync(ImageReference reference, string name, CancellationToken cancellationToken)
    {
        var uri = new Uri(reference.RegistryAddress, $"/v2/{reference.Repository}/manifests/{name}");
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        foreach (var type in (string[])[MediaTypes.OciIndex, MediaTypes.OciManifest, MediaTypes.DockerList, MediaTypes.DockerManifest])
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        }

        using var response = await SendAsync(reference, request, cancellationToken);
        using var buffer = new MemoryStream();
        await CopyAsync(reference, response, buffer, limits.MaximumDocumentBytes, exactly: null, cancellationToken);
        var bytes = buffer.ToArray();
        var digest = Digest(bytes);
        if (name.StartsWith("sha256:", StringComparison.Ordinal) && name != digest)
        {
            throw Failed(reference, $"the registry answered {uri} with content of digest {digest}");
        }

        return (digest, bytes, Parse<OciManifest>(reference, bytes, "manifest"));
    }

    /// <summary>Writes a blob to <paramref name="destination"/>, which holds the right bytes when this returns, and nothing to rely on when it throws.</summary>
    public async Task GetBlobAsync(ImageReference reference, OciDescriptor blob, Stream destination, CancellationToken cancellationToken)
    {
        var uri = new Uri(reference.RegistryAddress, $"/v2/{reference.Repository}/blobs/{blob.Digest}");
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        using var response = await SendAsync(reference, request, cancellationToken);
        var digest = await CopyAsync(reference, response, destination, blob.Size, exactly: blob.Size, cancellationToken);
        if (digest != blob.Digest)
        {
            throw Failed(reference, $"the registry answered {uri} with content of digest {digest}");
        }
    }

    public static T Parse<T>(ImageReference reference, ReadOnlySpan<byte> bytes, string what)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, Json) ?? throw Failed(reference, $"the {what} is empty");
        }
        catch (JsonException exception)
        {
            throw Failed(reference, $"the {what} is not valid JSON: {exception.Message}", exception);
        }
    }

    public static string Digest(ReadOnlySpan<byte> bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static ImageException Failed(ImageReference reference, string detail, Exception? inner = null) =>
        new(ImageException.ErrImagePull, $"failed to pull and unpack image \"{reference}\": {detail}", inner);

    private async Task<HttpResponseMessage> SendAsync(ImageReference reference, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var patience = new Patience(limits.Patience, time, cancellationToken);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (HttpRequestException exception)
        {
            throw Failed(reference, $"failed to resolve image: failed to do request: {request.Method} \"{request.RequestUri}\": {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (patience.IsOver)
        {
            throw Failed(reference, $"no answer to {request.Method} \"{request.RequestUri}\" within {limits.Patience.TotalSeconds} s", exception);
        }

        if (response.StatusCode == HttpStatusCode.OK)
        {
            return response;
        }

        using (response)
        {
            throw Failed(reference, response.StatusCode switch
            {
                HttpStatusCode.NotFound => $"failed to resolve image: {reference}: not found",
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"failed to resolve image: pull access denied, repository does not exist or may require authorization: {request.RequestUri}",
                var status => $"failed to resolve image: unexpected status from {request.Method} request to {request.RequestUri}: {(int)status} {response.ReasonPhrase}",
            });
        }
    }

    private async Task<string> CopyAsync(
        ImageReference reference, HttpResponseMessage response, Stream destination, long maximum, long? exactly, CancellationToken cancellationToken)
    {
        using var patience = new Patience(limits.Patience, time, cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
            long total = 0;
            while (await body.ReadAsync(buffer, patience.Token) is > 0 and var count)
            {
                patience.Renew();
                total += count;
                if (total > maximum)
                {
                    throw Failed(reference, $"{response.RequestMessage?.RequestUri} is longer than the {maximum} bytes that are allowed for");
                }

                hash.AppendData(buffer, 0, count);
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }

            if (exactly is { } size && total != size)
            {
                throw Failed(reference, $"{response.RequestMessage?.RequestUri} ended after {total} of {size} bytes");
            }

            return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        catch (Exception exception) when (exception is HttpRequestException or HttpIOException)
        {
            throw Failed(reference, $"failed to read {response.RequestMessage?.RequestUri}: {exception.Message}", exception);
        }
        catch (OperationCanceledException exception) when (patience.IsOver)
        {
            throw Failed(reference, $"{response.RequestMessage?.RequestUri} sent nothing for {limits.Patience.TotalSeconds} s", exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A deadline that moves on with every sign of life.</summary>
    private sealed class Patience : IDisposable
    {
        private readonly TimeSpan _span;
        private readonly CancellationTokenSource _deadline;
        private readonly CancellationTokenSource _linked;

        public Patience(TimeSpan span, TimeProvider time, CancellationToken cancellationToken)
        {
            _span = span;
            _deadline = new CancellationTokenSource(span, time);
            _linked = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, cancellationToken);
        }

        public CancellationToken Token => _linked.Token;

        public bool IsOver => _deadline.IsCancellationRequested;

        public void Renew() => _deadline.CancelAfter(_span);

        public void Dispose()
        {
            _linked.Dispose();
            _deadline.Dispose();
        }
    }
}
