using System.Text.Json.Nodes;

namespace Scalelab.Engine.Secrets;

/// <summary>Encrypts what is secret in state files and stack files. State files name the manager, so that the right one decrypts them.</summary>
internal interface ISecretsManager
{
    /// <summary>What <c>secrets_providers.type</c> says.</summary>
    string Type { get; }

    /// <summary>What <c>secrets_providers.state</c> says: what is needed besides the key itself.</summary>
    JsonObject? State { get; }

    /// <exception cref="EngineException">The key cannot be had.</exception>
    string Encrypt(string plaintext);

    /// <exception cref="EngineException">It was encrypted with another key, is damaged, or the key cannot be had.</exception>
    string Decrypt(string ciphertext);

    /// <summary>Whether each reads what the other wrote.</summary>
    bool IsSameAs(ISecretsManager other) => Type == other.Type && JsonNode.DeepEquals(State, other.State);
}
