using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Docker.DotNet.Handler.Abstractions;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker;

/// <summary>
/// The certificates for an engine that is reached by TLS: <c>certPath</c> (<c>DOCKER_CERT_PATH</c>), a folder with <c>ca.pem</c>,
/// <c>cert.pem</c> and <c>key.pem</c>, or the three themselves.
/// </summary>
internal sealed class DockerTls : IAuthProvider
{
    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2 _own;

    private DockerTls(string authority, string certificate, string key)
    {
        _authority = X509Certificate2.CreateFromPem(authority);
        _own = X509Certificate2.CreateFromPem(certificate, key);
    }

    public bool TlsEnabled => true;

    /// <summary>Null when none are configured.</summary>
    /// <exception cref="ProviderException">They are incomplete or unreadable.</exception>
    public static DockerTls? Find(PropertyMap config, ProviderContext context)
    {
        string? Setting(string key, string variable) => config.FindText(key) ?? context.Variable(variable);
        var material = new[] { Setting("caMaterial", "DOCKER_CA_MATERIAL"), Setting("certMaterial", "DOCKER_CERT_MATERIAL"), Setting("keyMaterial", "DOCKER_KEY_MATERIAL") };
        var folder = Setting("certPath", "DOCKER_CERT_PATH");
        try
        {
            return (material, folder) switch
            {
                ([null, null, null], null) => null,
                ([null, null, null], not null) => new DockerTls(Read(folder, "ca.pem"), Read(folder, "cert.pem"), Read(folder, "key.pem")),
                ([{ } ca, { } cert, { } key], null) => new DockerTls(ca, cert, key),
                (_, not null) => throw new ProviderException("The docker provider has both 'certPath' and certificates of its own. Leave one of them out."),
                _ => throw new ProviderException("The docker provider needs all of 'caMaterial', 'certMaterial' and 'keyMaterial', or none of them."),
            };
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ProviderException($"The certificates for the Docker engine cannot be used: {e.Message} Correct 'certPath', or the material itself; both are PEM.", e);
        }
    }

    public HttpMessageHandler ConfigureHandler(HttpMessageHandler handler)
    {
        if (handler is SocketsHttpHandler sockets)
        {
            sockets.SslOptions.ClientCertificates = [_own];
            sockets.SslOptions.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            sockets.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { _authority },
                RevocationMode = X509RevocationMode.NoCheck,
            };
        }

        return handler;
    }

    private static string Read(string folder, string name) => File.ReadAllText(Path.Combine(folder, name));
}
