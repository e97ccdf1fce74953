using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Secrets;

/// <summary>
/// For the desk: a random key in a file that only its owner can read. Ciphertexts have the form of the CLI's passphrase manager.
/// </summary>
internal sealed class DeskKeySecretsManager : ISecretsManager
{
    public const string ProviderType = "scalelab-desk-key";

    private readonly string _keyFile;
    private readonly Lazy<SymmetricCipher> _cipher;

    public DeskKeySecretsManager(string stateFolder)
    {
        _keyFile = Path.Combine(stateFolder, "secrets.key");
        _cipher = new Lazy<SymmetricCipher>(() => new SymmetricCipher(Key(_keyFile)));
    }

    public string Type => ProviderType;

    public JsonObject? State => null;

    public string Encrypt(string plaintext) => _cipher.Value.Encrypt(plaintext);

    public string Decrypt(string ciphertext) => _cipher.Value.TryDecrypt(ciphertext, out var plaintext)
        ? plaintext
        : throw new EngineException($"A secret cannot be decrypted with the key in {_keyFile}: it was encrypted with another key. Put that key file back.");

    private static byte[] Key(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                Create(path);
            }

            var key = Convert.FromBase64String(File.ReadAllText(path).Trim());
            return key.Length == SymmetricCipher.KeySize ? key : throw new FormatException();
        }
        catch (FormatException e)
        {
            throw new EngineException($"{path} does not hold a key of {SymmetricCipher.KeySize} bytes in base64. Put the right key file back; without it the secrets in the state cannot be read.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"The key file {path} cannot be used: {e.Message} Make it readable for you alone.", e);
        }
    }

    private static void Create(string path)
    {
        StateFolder.Create(Path.GetDirectoryName(path)!);
        // Written aside and moved, so that another update never reads half a key; the first one to move wins.
        var temporary = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():n}";
        using (var file = new StreamWriter(temporary, StateFolder.ForOwner(FileMode.CreateNew)))
        {
            file.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(SymmetricCipher.KeySize)));
        }

        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
        }
    }
}
