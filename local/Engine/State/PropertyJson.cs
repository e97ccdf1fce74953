using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Secrets;

namespace Scalelab.Engine.State;

/// <summary>Property values as state files hold them: JSON's own types, and signed objects for what JSON lacks. Secrets are JSON, encrypted.</summary>
/// <param name="secrets">Encrypts and decrypts; null writes secrets in clear, as <c>--show-secrets</c> asks.</param>
internal sealed class PropertyJson(ISecretsManager? secrets)
{
    private const string Ciphertext = "ciphertext";
    private const string Plaintext = "plaintext";
    private const string FloatSignature = "8ad145fe-0d11-4827-bfd7-1abcbf086f5c";

    // A secret keeps its ciphertext for as long as it lives, so that a state that did not change is written as it was.
    private readonly ConditionalWeakTable<SecretValue, string> _ciphertexts = [];

    public void Write(Utf8JsonWriter json, PropertyValue value)
    {
        switch (value)
        {
            case PropertyMap map:
                json.WriteStartObject();
                foreach (var (key, entry) in map)
                {
                    json.WritePropertyName(key);
                    Write(json, entry);
                }

                json.WriteEndObject();
                break;
            case ListValue { Items: var items }:
                json.WriteStartArray();
                foreach (var item in items)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            case SecretValue secret:
                WriteSecret(json, secret);
                break;
            case StringValue { Value: var text }:
                json.WriteStringValue(text);
                break;
            case BoolValue { Value: var flag }:
                json.WriteBooleanValue(flag);
                break;
            case NumberValue { Value: var number }:
                Write(json, number);
                break;
            case UnknownValue:
                // Only previews know unknown values, and previews write no state.
                throw new InvalidOperationException("An unknown value must not reach the state.");
            default:
                json.WriteNullValue();
                break;
        }
    }

    /// <exception cref="FormatException">A secret is malformed.</exception>
    /// <exception cref="EngineException">A secret cannot be decrypted.</exception>
    public PropertyValue Read(JsonElement json) => Read(json, isDecrypted: false);

    public PropertyMap ReadMap(JsonElement json) => ReadMap(json, isDecrypted: false);

    private static void Write(Utf8JsonWriter json, double number)
    {
        if (!double.IsFinite(number))
        {
            json.WriteStartObject();
            json.WriteString(Signatures.Key, FloatSignature);
            json.WriteString("value", BitConverter.DoubleToUInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        else if (Math.Abs(number) < 1L << 53 && Math.Floor(number) == number)
        {
            json.WriteNumberValue((long)number);
        }
        else
        {
            json.WriteNumberValue(number);
        }
    }

    private void WriteSecret(Utf8JsonWriter json, SecretValue secret)
    {
        json.WriteStartObject();
        json.WriteString(Signatures.Key, Signatures.Secret);
        if (secrets is null)
        {
            json.WriteString(Plaintext, ToText(secret.Value.Revealed));
        }
        else
        {
            if (!_ciphertexts.TryGetValue(secret, out var ciphertext))
            {
                ciphertext = secrets.Encrypt(ToText(secret.Value.Revealed));
                _ciphertexts.AddOrUpdate(secret, ciphertext);
            }

            json.WriteString(Ciphertext, ciphertext);
        }

        json.WriteEndObject();
    }

    private string ToText(PropertyValue value)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, SnapshotFormat.Compact))
        {
            Write(json, value);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    // What stands inside a secret was decrypted with it: the CLI writes a secret within a secret with its text in place of a ciphertext.
    private PropertyValue Read(JsonElement json, bool isDecrypted) => json.ValueKind switch
    {
        JsonValueKind.Object => Signature(json) switch
        {
            Signatures.Secret => ReadSecret(json, isDecrypted),
            FloatSignature => ReadFloat(json),
            _ => ReadMap(json, isDecrypted),
        },
        JsonValueKind.Array => new ListValue([.. json.EnumerateArray().Select(item => Read(item, isDecrypted))]),
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => PropertyValue.Null,
    };

    private PropertyMap ReadMap(JsonElement json, bool isDecrypted)
    {
        var map = json.EnumerateObject().ToDictionary(entry => entry.Name, entry => Read(entry.Value, isDecrypted));
        return map.Count == 0 ? PropertyMap.Empty : new PropertyMap(map);
    }

    private PropertyValue ReadSecret(JsonElement json, bool isDecrypted)
    {
        var plaintext = Text(json, Plaintext);
        var ciphertext = Text(json, Ciphertext);
        if (plaintext.Length > 0 == ciphertext.Length > 0)
        {
            throw new FormatException($"a secret must have either '{Ciphertext}' or '{Plaintext}'");
        }

        var text = plaintext.Length > 0 ? plaintext : isDecrypted ? ciphertext : secrets is not null
            ? secrets.Decrypt(ciphertext)
            : throw new FormatException("it holds encrypted secrets, but does not say by which 'secrets_providers'");
        JsonDocument inner;
        try
        {
            inner = JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            // The parser's own message would quote the secret.
            throw new FormatException("the text of a secret is not JSON");
        }

        using (inner)
        {
            var value = PropertyValue.Secret(Read(inner.RootElement, isDecrypted: true));
            if (ciphertext.Length > 0 && !isDecrypted && value is SecretValue secret)
            {
                _ciphertexts.AddOrUpdate(secret, ciphertext);
            }

            return value;
        }
    }

    private static double ReadFloat(JsonElement json) => ulong.TryParse(Text(json, "value"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits)
        ? BitConverter.UInt64BitsToDouble(bits)
        : throw new FormatException("a number that JSON cannot hold is not written as 16 hexadecimal digits");

    private static string? Signature(JsonElement json) =>
        json.TryGetProperty(Signatures.Key, out var signature) && signature.ValueKind == JsonValueKind.String ? signature.GetString() : null;

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
