using System.Text.Json.Nodes;

namespace Scalelab.Engine.Secrets;

/// <summary>Encrypts what is secret in state files and stack files. State files name the manager, so that the right one decrypts them.</summary>
internal interface ISecretsManager
{
    /// <summary>What <c>secrets_providers.type</c> says.</summary>
    string Type { get; }

    /// <summary>What <c>secrets_providers.state</c> says: what is needed besides the key itself.</summary>
    JsonObject? State { get; }

    string Encrypt(string plaintext);

    /// <exception cref="EngineException">It was encrypted with another key, or is damaged.</exception>
    string Decrypt(string ciphertext);
}
