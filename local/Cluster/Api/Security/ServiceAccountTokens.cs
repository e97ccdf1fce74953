using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Security;

/// <summary>
/// Tokens of service accounts: JWTs signed by the cluster (ES256), valid while the account lives, and the object that they are bound to.
/// </summary>
internal sealed class ServiceAccountTokens(Pki pki, ObjectStore store, TimeProvider time)
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    /// <summary>Clients send one token again and again, and a signature costs more than the rest of a request.</summary>
    private const int RememberedTokens = 1024;

    private readonly ConcurrentDictionary<string, VerifiedToken> _verified = new(StringComparer.Ordinal);

    /// <param name="bound">The object whose end ends the token; null for none.</param>
    public string Issue(string namespaceName, string name, string uid, IReadOnlyList<string> audiences, DateTimeOffset expires, BoundObject? bound)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["namespace"] = namespaceName };
        if (bound is not null)
        {
            claims[bound.Claim] = new JsonObject { ["name"] = bound.Name, ["uid"] = bound.Uid };
        }

        claims["serviceaccount"] = new JsonObject { ["name"] = name, ["uid"] = uid };
        var header = new JsonObject { ["alg"] = "ES256", ["typ"] = "JWT" };
        var payload = new JsonObject
        {
            ["aud"] = new JsonArray([.. audiences.Select(audience => JsonValue.Create(audience))]),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["iat"] = now,
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = claims,
            ["nbf"] = now,
            ["sub"] = $"system:serviceaccount:{namespaceName}:{name}",
        };
        var signed = $"{Encode(header)}.{Encode(payload)}";
        lock (pki.TokenKey)
        {
            return $"{signed}.{Base64Url.EncodeToString(pki.TokenKey.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
        }
    }

    /// <summary>Null when the token is forged, expired or for others, or when its account or the object it is bound to is gone.</summary>
    /// <param name="audiences">Whom the token must be for, at least one of them.</param>
    public UserInfo? Validate(string token, params ReadOnlySpan<string> audiences)
    {
        if (!_verified.TryGetValue(token, out var verified))
        {
            if (Verify(token) is not { } fresh)
            {
                return null;
            }

            if (_verified.Count >= RememberedTokens)
            {
                _verified.Clear();
            }

            verified = _verified.GetOrAdd(token, fresh);
        }

        return verified.Expires > time.GetUtcNow().ToUnixTimeSeconds() && IsFor(verified, audiences) && Array.TrueForAll(verified.Living, Lives) ? verified.User : null;
    }

    /// <summary>Those of some audiences that a valid token is for.</summary>
    public IReadOnlyList<string> AudiencesOf(string token, IReadOnlyList<string> wanted) =>
        _verified.TryGetValue(token, out var verified) ? [.. wanted.Where(verified.Audiences.Contains)] : [];

    private static bool IsFor(VerifiedToken token, ReadOnlySpan<string> audiences)
    {
        foreach (var audience in audiences)
        {
            if (token.Audiences.Contains(audience))
            {
                return true;
            }
        }

        return false;
    }

    private bool Lives(LivingObject required)
    {
        var stored = store.State.Get(required.Key);
        return stored is not null && (ReferenceEquals(stored, required.Seen) || IsSame(stored, required));
    }

    private static bool IsSame(StoredObject stored, LivingObject required)
    {
        if (ObjectJson.Parse(stored).Metadata().Text("uid") != required.Uid)
        {
            return false;
        }

        required.Seen = stored;
        return true;
    }

    /// <summary>Null for anything that this cluster has not signed.</summary>
    private VerifiedToken? Verify(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        JsonNode? payload;
        try
        {
            var signature = Base64Url.DecodeFromChars(parts[2]);
            lock (pki.TokenKey)
            {
                if (!pki.TokenKey.VerifyData(Encoding.UTF8.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256))
                {
                    return null;
                }
            }

            payload = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]));
        }
        catch (Exception exception) when (exception is FormatException or JsonException or CryptographicException)
        {
            return null;
        }

        var claims = payload.Object("kubernetes.io");
        var account = claims.Object("serviceaccount");
        if (claims.Text("namespace") is not { } namespaceName || account.Text("name") is not { } name)
        {
            return null;
        }

        var uid = account.Text("uid") ?? "";
        var living = new List<LivingObject> { new(new ResourceKey("serviceaccounts", namespaceName, name), uid) };
        var extra = ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add("authentication.kubernetes.io/credential-id", ["JTI=" + payload.Text("jti")]);
        foreach (var kind in BoundObject.Kinds)
        {
            if (claims.Object(kind.Claim) is { } bound && bound.Text("name") is { } boundName && bound.Text("uid") is { } boundUid)
            {
                living.Add(new LivingObject(new ResourceKey(kind.Resource, kind.Namespaced ? namespaceName : "", boundName), boundUid));
                extra = kind.Describe(extra, boundName, boundUid);
            }
        }

        var user = new UserInfo(
            $"system:serviceaccount:{namespaceName}:{name}", uid, ["system:serviceaccounts", $"system:serviceaccounts:{namespaceName}", UserInfo.Authenticated])
        {
            Extra = extra,
        };
        return new VerifiedToken(user, payload.Number("exp") ?? 0, [.. MetadataRules.Strings(payload.Array("aud"))], [.. living]);
    }

    private static string Encode(JsonObject value) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(value.ToJsonString()));

    private sealed record VerifiedToken(UserInfo User, long Expires, ImmutableArray<string> Audiences, LivingObject[] Living);

    /// <summary>An object that must exist as the one it was.</summary>
    private sealed class LivingObject(ResourceKey key, string uid)
    {
        public ResourceKey Key { get; } = key;

        public string Uid { get; } = uid;

        /// <summary>The last state whose uid was looked at. Any thread may replace it: each value is right.</summary>
        public StoredObject? Seen { get; set; }
    }
}
