using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Sources.S3;

/// <summary>Where an S3 store is and who asks, in the variables that KServe's storage initializer reads.</summary>
/// <param name="Endpoint">The store; null for AWS itself.</param>
/// <param name="Region">AWS's name of the region; other stores mostly ignore it.</param>
/// <param name="Credentials">Who asks; null for nobody in particular.</param>
/// <param name="VirtualHosts">Whether the bucket is part of the host's name even where an endpoint is given.</param>
/// <param name="Tls">Whom to trust; null for the machine's authorities.</param>
internal sealed record S3Settings(Uri? Endpoint, string Region, S3Credentials? Credentials, bool VirtualHosts, SslClientAuthenticationOptions? Tls)
{
    private const string DefaultRegion = "us-east-1";

    /// <exception cref="ModelException">A variable says something that cannot be followed.</exception>
    public static S3Settings Read(Func<string, string?> variable)
    {
        string? Text(string name) => variable(name) is { Length: > 0 } value ? value : null;
        return new S3Settings(
            Address(Text("AWS_ENDPOINT_URL_S3") ?? Text("AWS_ENDPOINT_URL") ?? Text("S3_ENDPOINT"), useHttps: !IsOff(Text("S3_USE_HTTPS"))),
            Text("AWS_REGION") ?? Text("AWS_DEFAULT_REGION") ?? DefaultRegion,
            IsOn(Text("awsAnonymousCredential")) ? null : Read(Text("AWS_ACCESS_KEY_ID"), Text("AWS_SECRET_ACCESS_KEY"), Text("AWS_SESSION_TOKEN")),
            IsOn(Text("S3_USER_VIRTUAL_BUCKET")),
            Trust(verify: !IsOff(Text("S3_VERIFY_SSL")), Text("AWS_CA_BUNDLE")));
    }

    /// <summary>The address of an object, or of the bucket where the key is empty.</summary>
    public Uri Address(string bucket, string key, string query = "")
    {
        var path = string.Join('/', key.Split('/').Select(Uri.EscapeDataString));
        // A dot in a bucket's name would be one label too many for the certificate of a name below the store's.
        var isHost = Endpoint is null ? !bucket.Contains('.', StringComparison.Ordinal) : VirtualHosts;
        var store = Endpoint ?? new Uri($"https://s3.{Region}.amazonaws.com");
        var authority = isHost ? $"{bucket}.{store.Authority}" : store.Authority;
        var prefix = isHost ? store.AbsolutePath.TrimEnd('/') : $"{store.AbsolutePath.TrimEnd('/')}/{Uri.EscapeDataString(bucket)}";
        var separator = path.Length > 0 || prefix.Length == 0 ? "/" : "";
        // As it is written: the signature is over these characters, and dots in keys mean nothing.
        return new Uri(
            $"{store.Scheme}://{authority}{prefix}{separator}{path}{(query.Length > 0 ? "?" + query : "")}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    private static Uri? Address(string? text, bool useHttps)
    {
        if (text is null)
        {
            return null;
        }
        var address = text.Contains("://", StringComparison.Ordinal) ? text : $"{(useHttps ? "https" : "http")}://{text}";
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0
            ? uri
            : throw new ModelException($"AWS_ENDPOINT_URL (or S3_ENDPOINT) is '{text}', which is no web address. Write https://host:port.");
    }

    private static S3Credentials? Read(string? id, string? secret, string? token) => (id, secret) switch
    {
        (null, null) => null,
        ({ }, { }) => new S3Credentials(id, secret, token),
        _ => throw new ModelException(
            $"{(id is null ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID")} is set without {(id is null ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY")}. "
            + "Set both, or neither where everybody may read the bucket."),
    };

    private static SslClientAuthenticationOptions? Trust(bool verify, string? authorities)
    {
        if (!verify)
        {
#pragma warning disable CA5359 // S3_VERIFY_SSL asks for just this.
            return new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };
#pragma warning restore CA5359
        }
        if (authorities is null)
        {
            return null;
        }
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(authorities);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ModelException($"AWS_CA_BUNDLE names {authorities}, which cannot be read: {exception.Message} Name a file of certificates in PEM form.", exception);
        }
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }

    private static bool IsOn(string? value) => value is not null && value.Equals("true", StringComparison.OrdinalIgnoreCase) || value == "1";

    private static bool IsOff(string? value) => value is not null && value.Equals("false", StringComparison.OrdinalIgnoreCase) || value == "0";
}

/// <summary>An access key of an S3 store.</summary>
/// <param name="Id">Its public name.</param>
/// <param name="Secret">Its secret.</param>
/// <param name="Token">Comes with keys that expire; null with others.</param>
internal sealed record S3Credentials(string Id, string Secret, string? Token);
