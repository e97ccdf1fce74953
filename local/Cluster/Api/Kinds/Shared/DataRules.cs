using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>What ConfigMaps and Secrets share: keys, sizes, immutability.</summary>
internal static partial class DataRules
{
    private const string KeyForm = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

    public static void Key(string key, string path, FieldErrors errors)
    {
        if (key.Length > 253)
        {
            errors.Invalid(path, key, "must be no more than 253 characters");
        }

        if (!KeyExpression().IsMatch(key))
        {
            errors.Invalid(path, key, KeyForm);
        }

        if (key is "." or "..")
        {
            errors.Invalid(path, key, $"must not be '{key}'");
        }
        else if (key.StartsWith("..", StringComparison.Ordinal))
        {
            errors.Invalid(path, key, "must not start with '..'");
        }
    }

    public static long Bytes(IEnumerable<KeyValuePair<string, JsonNode?>> entries) => entries.Sum(entry => (long)Encoding.UTF8.GetByteCount(entry.Value.Text()));

    /// <summary>The size of base64 texts once decoded.</summary>
    public static long DecodedBytes(IEnumerable<KeyValuePair<string, JsonNode?>> entries) =>
        entries.Sum(entry => entry.Value.Text() is var text ? (text.Length / 4L * 3) - text.AsSpan().Count('=') : 0);

    /// <summary>Once <c>immutable</c> is set, neither it nor the data changes.</summary>
    public static void KeepImmutable(JsonObject stored, JsonObject resource, ReadOnlySpan<string> fields, FieldErrors errors)
    {
        if (!stored.Flag("immutable"))
        {
            return;
        }

        const string Detail = "field is immutable when `immutable` is set";
        if (!resource.Flag("immutable"))
        {
            errors.Forbidden("immutable", Detail);
        }

        foreach (var field in fields)
        {
            if (!resource[field].SameAs(stored[field]))
            {
                errors.Forbidden(field, Detail);
            }
        }
    }

    [GeneratedRegex(@"\A[-._a-zA-Z0-9]+\z")]
    private static partial Regex KeyExpression();
}
