using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Security;

/// <summary>Tokens of service accounts: JWTs signed by the cluster (ES256), valid while the account lives.</summary>
internal sealed class ServiceAccountTokens(Pki pki, ObjectStore store, TimeProvider time)
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    public string Issue(string namespaceName, string name, string uid, IReadOnlyList<string> audiences, DateTimeOffset expires)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var header = new JsonObject { ["alg"] = "ES256", ["typ"] = "JWT" };
        var payload = new JsonObject
        {
            ["aud"] = new JsonArray([.. audiences.Select(audience => JsonValue.Create(audience))]),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["iat"] = now,
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = new JsonObject { ["namespace"] = namespaceName, ["serviceaccount"] = new JsonObject { ["name"] = name, ["uid"] = uid } },
            ["nbf"] = now,
            ["sub"] = $"system:serviceaccount:{namespaceName}:{name}",
        };
        var signed = $"{Encode(header)}.{Encode(payload)}";
        lock (pki.TokenKey)
        {
            return $"{signed}.{Base64Url.EncodeToString(pki.TokenKey.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
        }
    }

    /// <summary>Null when the token is forged, expired, or its account is gone.</summary>
    public UserInfo? Validate(string token)
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
        if (payload.Number("exp") <= time.GetUtcNow().ToUnixTimeSeconds() || claims.Text("namespace") is not { } namespaceName || account.Text("name") is not { } name)
        {
            return null;
        }

        var uid = account.Text("uid") ?? "";
        if (store.State.Get(new ResourceKey("serviceaccounts", namespaceName, name)) is not { } stored || ObjectJson.Parse(stored).Metadata().Text("uid") != uid)
        {
            return null;
        }

        return new UserInfo(
            $"system:serviceaccount:{namespaceName}:{name}", uid, ["system:serviceaccounts", $"system:serviceaccounts:{namespaceName}", "system:authenticated"])
        {
            Extra = ImmutableDictionary<string, ImmutableArray<string>>.Empty.Add("authentication.kubernetes.io/credential-id", ["JTI=" + payload.Text("jti")]),
        };
    }

    private static string Encode(JsonObject value) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(value.ToJsonString()));
}
