using System.Text.Json.Nodes;

namespace Scalelab.Engine.Secrets;

/// <summary>For those who look at a state and need none of its secrets: no key is asked for, every secret reads <c>[secret]</c>.</summary>
internal sealed class BlindSecretsManager(string type, JsonObject? state) : ISecretsManager
{
    /// <summary>In the place of a manager where nothing is written.</summary>
    public static BlindSecretsManager Any { get; } = new("", state: null);

    public string Type => type;

    public JsonObject? State => state;

    public string Encrypt(string plaintext) => throw new InvalidOperationException("What was read without its secrets must not be written.");

    public string Decrypt(string ciphertext) => "\"[secret]\"";
}
