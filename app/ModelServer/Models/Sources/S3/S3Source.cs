using System.Net;
using System.Security.Cryptography;
using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Models.Sources.Http;

namespace Scalelab.ModelServer.Models.Sources.S3;

/// <summary>An object of an S3 store, or all objects below a prefix.</summary>
internal sealed class S3Source(ModelSourceOptions options, TimeProvider time) : IRemoteSource
{
    private readonly Lock _lock = new();
    private HttpClient? _http;

    public async Task<IReadOnlyList<RemoteFile>> ListAsync(string uri, CancellationToken cancellationToken)
    {
        var shown = SourceName.Show(uri);
        var rest = SourceName.Rest(uri);
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var bucket = slash < 0 ? rest : rest[..slash];
        var prefix = slash < 0 ? "" : rest[(slash + 1)..].TrimEnd('/');
        if (bucket.Length == 0 || bucket.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '.' or '_')))
        {
            throw new ModelException($"{shown} names no bucket. Write s3://bucket/path.");
        }
        var settings = S3Settings.Read(options.Variable);
        var http = Client(settings);
        var found = await FindAsync(settings, http, bucket, prefix, shown, cancellationToken);
        if (found.Count == 0)
        {
            throw new ModelException($"{shown}: there is no such object, and none below that path. Check the bucket and the path; S3 tells upper from lower case.");
        }
        return [.. found.Select(item => File(settings, http, bucket, prefix, item, found.Count))];
    }

    public void Dispose() => _http?.Dispose();

    private async Task<IReadOnlyList<S3Object>> FindAsync(
        S3Settings settings, HttpClient http, string bucket, string prefix, string shown, CancellationToken cancellationToken)
    {
        var found = new List<S3Object>();
        for (string? continuation = "", token = null; continuation is not null; token = continuation)
        {
            var query = $"encoding-type=url&list-type=2&prefix={Uri.EscapeDataString(prefix)}"
                + (token is { Length: > 0 } ? $"&continuation-token={Uri.EscapeDataString(token)}" : "");
            var page = await ListPageAsync(settings, http, settings.Address(bucket, "", query), shown, cancellationToken);
            foreach (var item in page.Objects.Where(item => !item.Key.EndsWith('/')))
            {
                if (item.Key == prefix)
                {
                    return [item];
                }
                // models/wine is no part of models/wine-2.
                if (prefix.Length == 0 || item.Key.StartsWith(prefix + "/", StringComparison.Ordinal))
                {
                    found.Add(item);
                }
            }
            if (found.Count > options.MaxFiles)
            {
                break;
            }
            continuation = page.Continuation;
        }
        return found;
    }

    private async Task<S3Listing> ListPageAsync(S3Settings settings, HttpClient http, Uri address, string shown, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = await new Requests(options.Silence, time).SendAsync(request, Sender(settings, http), cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            var region = response.Headers.TryGetValues("x-amz-bucket-region", out var values) ? values.First() : null;
            var text = await Answers.TextAsync(response, cancellationToken);
            throw new ModelException($"{shown}: the store answers {(int)response.StatusCode} {response.ReasonPhrase}{text}. {Advice(settings, response.StatusCode, region)}");
        }
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await S3Listing.ReadAsync(stream, shown, cancellationToken);
    }

    private RemoteFile File(S3Settings settings, HttpClient http, string bucket, string prefix, S3Object item, int count)
    {
        var address = settings.Address(bucket, item.Key);
        return new RemoteFile
        {
            Path = item.Key == prefix ? item.Key[(item.Key.LastIndexOf('/') + 1)..] : item.Key[(prefix.Length == 0 ? 0 : prefix.Length + 1)..],
            Name = $"s3://{bucket}/{item.Key}",
            Uri = address,
            SendAsync = Sender(settings, http),
            Size = item.Size,
            Validator = item.Tag.Length > 0 ? $"\"{item.Tag}\"" : null,
            Version = item.Tag.Length > 0 ? $"{address.AbsoluteUri}\t{item.Tag}\t{item.Size}" : null,
            Check = response => Check(response, item),
            // One object is an archive or a network, many are a folder: KServe's rule.
            Packing = count == 1 ? Packing.Auto : Packing.File,
            Advice = status => Advice(settings, status, region: null),
        };
    }

    private Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> Sender(S3Settings settings, HttpClient http) => (request, cancellationToken) =>
    {
        request.Headers.TryAddWithoutValidation("x-amz-checksum-mode", "ENABLED");
        if (settings.Credentials is not null)
        {
            S3Signature.Sign(request, settings.Credentials, settings.Region, time.GetUtcNow());
        }
        return http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    };

    // The tag is the content's MD5, except where it was uploaded in parts (then it has a dash) or is encrypted with a key of the owner's.
    private static ContentCheck? Check(HttpResponseMessage response, S3Object item)
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        // Of an upload in parts it is a hash of hashes, with a dash at its end.
        if (Header("x-amz-checksum-sha256") is { } base64 && response.StatusCode == HttpStatusCode.OK
            && Convert.TryFromBase64String(base64, hash, out var length) && length == hash.Length)
        {
            return ContentCheck.Sha256(Convert.ToHexStringLower(hash), "the store's x-amz-checksum-sha256");
        }
        var isPlain = Header("x-amz-server-side-encryption") is null or "AES256" && Header("x-amz-server-side-encryption-customer-algorithm") is null;
        return isPlain && ContentCheck.IsHex(item.Tag, 32) ? new ContentCheck(HashAlgorithmName.MD5, item.Tag, "the store's ETag") : null;

        string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;
    }

    private static string Advice(S3Settings settings, HttpStatusCode status, string? region) => (int)status switch
    {
        301 or 307 or 400 when region is not null => $"The bucket is in region {region}: set AWS_REGION to it.",
        401 or 403 when settings.Credentials is null => "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: without them only what everybody may read can be fetched.",
        401 or 403 => "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, that they may list the bucket and read its objects, and this machine's clock.",
        404 => "Check the bucket's name and AWS_ENDPOINT_URL.",
        _ => "Check AWS_ENDPOINT_URL and AWS_REGION.",
    };

    // Made when first needed: hardly any server fetches from S3, and whom to trust is said in variables.
    private HttpClient Client(S3Settings settings)
    {
        lock (_lock)
        {
            // A signature holds for one address: where a store redirects to, a new one would be needed.
            return _http ??= HttpClients.Create(followRedirects: false, settings.Tls);
        }
    }
}
