using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

internal static class SecretValidation
{
    private const int MaximumBytes = 1024 * 1024;
    private const string AccountAnnotation = "kubernetes.io/service-account.name";

    /// <summary>The keys that a secret of a type must have.</summary>
    private static readonly Dictionary<string, string[]> RequiredKeys = new(StringComparer.Ordinal)
    {
        ["kubernetes.io/dockercfg"] = [".dockercfg"],
        ["kubernetes.io/dockerconfigjson"] = [".dockerconfigjson"],
        ["kubernetes.io/ssh-auth"] = ["ssh-privatekey"],
        ["kubernetes.io/tls"] = ["tls.crt", "tls.key"],
    };

    public static void Validate(JsonObject? stored, JsonObject resource, FieldErrors errors)
    {
        var type = resource.Text("type");
        if (stored is not null)
        {
            if (type != stored.Text("type"))
            {
                errors.Invalid("type", type, "field is immutable");
            }

            DataRules.KeepImmutable(stored, resource, ["data"], errors);
        }

        foreach (var (key, _) in resource.Entries("data"))
        {
            DataRules.Key(key, $"data[{key}]", errors);
        }

        if (DataRules.DecodedBytes(resource.Entries("data")) > MaximumBytes)
        {
            errors.TooLong("data", MaximumBytes);
        }

        ValidateType(type, resource, errors);
    }

    public static void Warn(JsonObject? stored, JsonObject resource, ICollection<string> warnings)
    {
        if (resource.Text("type") == "kubernetes.io/tls" && !Decoded(resource, "tls.crt").Contains("-----BEGIN ", StringComparison.Ordinal))
        {
            warnings.Add("tls: failed to find any PEM data in certificate input");
        }
    }

    private static void ValidateType(string type, JsonObject resource, FieldErrors errors)
    {
        if (type == "kubernetes.io/service-account-token" && resource.Text("metadata", "annotations", AccountAnnotation).Length == 0)
        {
            errors.Required($"metadata.annotations[{AccountAnnotation}]");
        }

        if (type == "kubernetes.io/basic-auth" && resource.At("data", "username") is null && resource.At("data", "password") is null)
        {
            errors.Required("data[username]");
            errors.Required("data[password]");
        }

        foreach (var key in RequiredKeys.GetValueOrDefault(type, []))
        {
            if (resource.At("data", key) is null)
            {
                errors.Required($"data[{key}]");
            }
            else if (key[0] == '.' && JsonProblem(Decoded(resource, key)) is { } problem)
            {
                errors.Invalid($"data[{key}]", "<secret contents redacted>", problem);
            }
        }
    }

    private static string Decoded(JsonObject resource, string key) =>
        System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(resource.Text("data", key)));

    /// <summary>What a Go JSON decoder says about the first bad character, for the cases that people meet.</summary>
    private static string? JsonProblem(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return null;
        }
        catch (JsonException)
        {
            var trimmed = text.TrimStart();
            if (trimmed.Length == 0)
            {
                return "unexpected end of JSON input";
            }

            foreach (var literal in (string[])["null", "true", "false"])
            {
                var same = trimmed.Zip(literal).TakeWhile(pair => pair.First == pair.Second).Count();
                if (same > 0 && same < literal.Length)
                {
                    return trimmed.Length == same ? "unexpected end of JSON input" : $"invalid character '{trimmed[same]}' in literal {literal} (expecting '{literal[same]}')";
                }
            }

            return trimmed[0] is '{' or '[' or '"' ? "unexpected end of JSON input" : $"invalid character '{trimmed[0]}' looking for beginning of value";
        }
    }
}
