using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Scalelab.Cluster.Api.Security;

/// <summary>
/// Who a request comes from: a client certificate of our authority, the administrator's token, or a service account's token.
/// Without any of them it is anonymous; with a token that is none of these it is refused.
/// </summary>
internal sealed class Authenticator(Pki pki, ServiceAccountTokens tokens, TimeProvider time)
{
    private const string Scheme = "Bearer ";
    private static readonly UserInfo Administrator = new("kubernetes-admin", "", [UserInfo.Masters, UserInfo.Authenticated]);

    private readonly byte[] _adminToken = Encoding.ASCII.GetBytes(pki.AdminToken);
    private readonly ConcurrentDictionary<string, UserInfo?> _certificates = new();

    /// <exception cref="ApiException">401.</exception>
    public UserInfo Authenticate(HttpContext context)
    {
        if (context.Connection.ClientCertificate is { } certificate && FromCertificate(certificate) is { } user)
        {
            return user;
        }

        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? FromToken(header[Scheme.Length..].Trim(), ServiceAccountTokens.Issuer) ?? throw ApiErrors.Unauthorized()
            : UserInfo.Anonymous;
    }

    /// <summary>Null when the token is not valid, or for none of the audiences.</summary>
    public UserInfo? FromToken(string token, params ReadOnlySpan<string> audiences) => IsAdministrator(token) ? Administrator : tokens.Validate(token, audiences);

    /// <summary>Those of some audiences that a valid token is for.</summary>
    public IReadOnlyList<string> AudiencesOf(string token, IReadOnlyList<string> wanted) => IsAdministrator(token) ? wanted : tokens.AudiencesOf(token, wanted);

    private bool IsAdministrator(string token) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), _adminToken);

    private UserInfo? FromCertificate(X509Certificate2 certificate) => _certificates.GetOrAdd(
        certificate.Thumbprint,
        static (_, state) =>
        {
            var (certificate, pki, now) = state;
            if (!pki.IsClientValid(certificate, now))
            {
                return null;
            }

            var groups = ImmutableArray.CreateBuilder<string>();
            foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
            {
                if (!part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.10" && part.GetSingleElementValue() is { } group)
                {
                    groups.Add(group);
                }
            }

            groups.Add(UserInfo.Authenticated);
            return new UserInfo(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), "", groups.ToImmutable())
            {
                Extra = ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add(
                    "authentication.kubernetes.io/credential-id", ["X509SHA256=" + Convert.ToHexStringLower(SHA256.HashData(certificate.RawData))]),
            };
        },
        (certificate, pki, time.GetUtcNow()));
}
