using System.Text.Json.Nodes;

namespace Scalelab.Engine.Secrets;

/// <summary>A manager that the Pulumi CLI has and this engine has not. A state that names it can be read as long as it holds none of its ciphertexts.</summary>
internal sealed class UnsupportedSecretsManager(string type, JsonObject? state) : ISecretsManager
{
    public string Type => type;

    public JsonObject? State => state;

    public string Encrypt(string plaintext) => throw Refusal();

    public string Decrypt(string ciphertext) => throw Refusal();

    private EngineException Refusal() => new(
        $"The secrets are encrypted by '{type}', which the embedded engine cannot ask. With the Pulumi CLI, run 'pulumi stack change-secrets-provider passphrase' and export again, or export with --show-secrets.");
}
