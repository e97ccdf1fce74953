using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Scalelab.Engine.Secrets;

/// <summary>
/// For the desk: a random key in a file that only its owner can read. Ciphertexts are AES-256-GCM in the form of the CLI's passphrase
/// manager, <c>v1:NONCE:CIPHERTEXT+TAG</c> in base64.
/// </summary>
internal sealed class DeskKeySecretsManager : ISecretsManager
{
    public const string ProviderType = "scalelab-desk-key";

    private const string Version = "v1";
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    private readonly string _keyFile;
    private readonly Lazy<byte[]> _key;

    public DeskKeySecretsManager(string stateFolder)
    {
        _keyFile = Path.Combine(stateFolder, "secrets.key");
        _key = new Lazy<byte[]>(() => Key(_keyFile));
    }

    public string Type => ProviderType;

    public JsonObject? State => null;

    public string Encrypt(string plaintext)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceSize);
        var plain = Encoding.UTF8.GetBytes(plaintext);
        var sealedText = new byte[plain.Length + TagSize];
        using var aes = new AesGcm(_key.Value, TagSize);
        aes.Encrypt(nonce, plain, sealedText.AsSpan(0, plain.Length), sealedText.AsSpan(plain.Length));
        return $"{Version}:{Convert.ToBase64String(nonce)}:{Convert.ToBase64String(sealedText)}";
    }

    public string Decrypt(string ciphertext)
    {
        try
        {
            if (ciphertext.Split(':') is not [Version, var nonceText, var sealedBase64])
            {
                throw new FormatException();
            }

            var sealedText = Convert.FromBase64String(sealedBase64);
            var plain = new byte[sealedText.Length - TagSize];
            using var aes = new AesGcm(_key.Value, TagSize);
            aes.Decrypt(Convert.FromBase64String(nonceText), sealedText.AsSpan(0, plain.Length), sealedText.AsSpan(plain.Length), plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException or OverflowException)
        {
            throw new EngineException($"A secret cannot be decrypted with the key in {_keyFile}: it was encrypted with another key. Put that key file back.", e);
        }
    }

    private static byte[] Key(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                Create(path);
            }

            var key = Convert.FromBase64String(File.ReadAllText(path).Trim());
            return key.Length == KeySize ? key : throw new FormatException();
        }
        catch (FormatException e)
        {
            throw new EngineException($"{path} does not hold a key of {KeySize} bytes in base64. Put the right key file back; without it the secrets in the state cannot be read.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"The key file {path} cannot be used: {e.Message} Make it readable for you alone.", e);
        }
    }

    private static void Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Written aside and moved, so that another update never reads half a key; the first one to move wins.
        var temporary = $"{path}.{Environment.ProcessId}.{Guid.NewGuid():n}";
        using (var file = new StreamWriter(temporary, options))
        {
            file.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeySize)));
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
