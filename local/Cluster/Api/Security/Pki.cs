using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Scalelab.Cluster.Api.Security;

/// <summary>
/// The cluster's own certificate authority, its server certificate and the administrator's token, kept in one folder so that
/// kubeconfigs stay valid over restarts.
/// </summary>
internal sealed class Pki : IDisposable
{
    private const string AdminTokenFile = "admin.token";
    private static readonly TimeSpan CertificateLife = TimeSpan.FromDays(3650);

    private Pki(X509Certificate2 authority, X509Certificate2 server, string adminToken, ECDsa tokenKey)
    {
        Authority = authority;
        Server = server;
        AdminToken = adminToken;
        TokenKey = tokenKey;
    }

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Server { get; }

    public string AdminToken { get; }

    /// <summary>The key that signs the tokens of service accounts.</summary>
    public ECDsa TokenKey { get; }

    /// <summary>Reads everything from the folder, and makes what is missing.</summary>
    /// <exception cref="IOException">The folder or a file in it cannot be used.</exception>
    public static Pki Open(string folder, IPAddress serviceAddress, DateTimeOffset now)
    {
        PrivateFiles.CreateFolder(folder);
        var authority = Certificate(folder, "ca", now, key => SelfSigned(key, now));
        var server = Certificate(folder, "apiserver", now, key => SignedServer(key, authority, serviceAddress, now));
        var tokenPath = Path.Combine(folder, AdminTokenFile);
        if (!File.Exists(tokenPath))
        {
            PrivateFiles.Write(tokenPath, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        }

        return new Pki(authority, server, File.ReadAllText(tokenPath).Trim(), Key(Path.Combine(folder, "sa.key")));
    }

    /// <summary>Whether a client's certificate was issued by this authority and is valid now.</summary>
    public bool IsClientValid(X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        return chain.Build(certificate);
    }

    /// <summary>A certificate for a client, as the certificates API of Kubernetes would issue it: the name in CN, the groups in O.</summary>
    public X509Certificate2 IssueClient(string name, string group, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}, O={group}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using var certificate = request.Create(Authority, now.AddMinutes(-5), now.AddDays(365), RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        Authority.Dispose();
        Server.Dispose();
        TokenKey.Dispose();
    }

    private static X509Certificate2 Certificate(string folder, string name, DateTimeOffset now, Func<ECDsa, X509Certificate2> issue)
    {
        var (certificatePath, keyPath) = (Path.Combine(folder, name + ".crt"), Path.Combine(folder, name + ".key"));
        using var key = Key(keyPath);
        if (File.Exists(certificatePath))
        {
            try
            {
                using var kept = X509Certificate2.CreateFromPem(File.ReadAllText(certificatePath));
                if (kept.NotAfter.ToUniversalTime() > now.UtcDateTime.AddDays(1))
                {
                    return kept.CopyWithPrivateKey(key);
                }
            }
            catch (Exception exception) when (exception is CryptographicException or ArgumentException)
            {
                throw new IOException($"{certificatePath} is no certificate of {keyPath}: {exception.Message}. Remove both files to have new ones made.", exception);
            }
        }

        using var issued = issue(key);
        PrivateFiles.Write(certificatePath, issued.ExportCertificatePem() + "\n");
        return issued.CopyWithPrivateKey(key);
    }

    private static ECDsa Key(string path)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (!File.Exists(path))
        {
            PrivateFiles.Write(path, key.ExportPkcs8PrivateKeyPem() + "\n");
            return key;
        }

        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new IOException($"{path} is no private key: {exception.Message}. Remove it and the certificate beside it to have new ones made.", exception);
        }
    }

    private static X509Certificate2 SelfSigned(ECDsa key, DateTimeOffset now)
    {
        var request = new CertificateRequest("CN=scalelab", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var certificate = request.CreateSelfSigned(now.AddMinutes(-5), now.Add(CertificateLife));
        return X509CertificateLoader.LoadCertificate(certificate.RawData);
    }

    private static X509Certificate2 SignedServer(ECDsa key, X509Certificate2 authority, IPAddress serviceAddress, DateTimeOffset now)
    {
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in (ReadOnlySpan<string>)["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"])
        {
            names.AddDnsName(name);
        }

        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        names.AddIpAddress(serviceAddress);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return request.Create(authority, now.AddMinutes(-5), authority.NotAfter, RandomNumberGenerator.GetBytes(16));
    }
}
