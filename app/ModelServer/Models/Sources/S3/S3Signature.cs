using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Scalelab.ModelServer.Models.Sources.S3;

/// <summary>Signs requests without a body: AWS Signature Version 4, in the form that S3 takes it in the Authorization header.</summary>
internal static class S3Signature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string Service = "s3";
    private const string End = "aws4_request";

    // SHA-256 of nothing.
    private const string EmptyBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>Adds the headers that sign a request: all that begin with <c>x-amz-</c>, its host and its range are covered.</summary>
    /// <param name="request">Its address has to be escaped as AWS escapes.</param>
    /// <param name="credentials">Who asks.</param>
    /// <param name="region">Part of what is signed.</param>
    /// <param name="now">The store takes it within a quarter of an hour.</param>
    public static void Sign(HttpRequestMessage request, S3Credentials credentials, string region, DateTimeOffset now)
    {
        var date = now.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var instant = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var uri = request.RequestUri!;
        request.Headers.TryAddWithoutValidation("x-amz-date", instant);
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", EmptyBody);
        if (credentials.Token is not null)
        {
            request.Headers.TryAddWithoutValidation("x-amz-security-token", credentials.Token);
        }

        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = uri.IsDefaultPort ? uri.Host : uri.Authority };
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            var key = name.ToLowerInvariant();
            if (key.StartsWith("x-amz-", StringComparison.Ordinal) || key == "range")
            {
                headers[key] = string.Join(',', values).Trim();
            }
        }
        var signed = string.Join(';', headers.Keys);
        var canonical = new StringBuilder()
            .Append(request.Method).Append('\n')
            .Append(uri.AbsolutePath).Append('\n')
            .Append(Query(uri)).Append('\n')
            .AppendJoin("", headers.Select(header => $"{header.Key}:{header.Value}\n")).Append('\n')
            .Append(signed).Append('\n')
            .Append(EmptyBody)
            .ToString();
        var scope = $"{date}/{region}/{Service}/{End}";
        var toSign = $"{Algorithm}\n{instant}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key1 = Hmac(Encoding.UTF8.GetBytes("AWS4" + credentials.Secret), date);
        var signature = Convert.ToHexStringLower(Hmac(Hmac(Hmac(Hmac(key1, region), Service), End), toSign));
        request.Headers.TryAddWithoutValidation("Authorization", $"{Algorithm} Credential={credentials.Id}/{scope},SignedHeaders={signed},Signature={signature}");
    }

    // Sorted by name; a name without a value is written with an empty one.
    private static string Query(Uri uri) => string.Join('&', uri.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=")
        .Order(StringComparer.Ordinal));

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
