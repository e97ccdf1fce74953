using System.Security.Cryptography;
using System.Text;

namespace Scalelab.Engine.Secrets;

/// <summary>AES-256-GCM with a random nonce, in the CLI's form: <c>v1:NONCE:CIPHERTEXT+TAG</c>, the parts in base64.</summary>
internal sealed class SymmetricCipher(byte[] key)
{
    public const int KeySize = 32;

    private const string Version = "v1";
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public string Encrypt(string plaintext)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceSize);
        var plain = Encoding.UTF8.GetBytes(plaintext);
        var sealedText = new byte[plain.Length + TagSize];
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, plain, sealedText.AsSpan(0, plain.Length), sealedText.AsSpan(plain.Length));
        return $"{Version}:{Convert.ToBase64String(nonce)}:{Convert.ToBase64String(sealedText)}";
    }

    /// <summary>False when it was encrypted with another key, or is no ciphertext of this form.</summary>
    public bool TryDecrypt(string ciphertext, out string plaintext)
    {
        plaintext = "";
        if (ciphertext.Split(':') is not [Version, var nonceText, var sealedText]
            || !TryDecode(nonceText, out var nonce) || nonce.Length != NonceSize
            || !TryDecode(sealedText, out var bytes) || bytes.Length < TagSize)
        {
            return false;
        }

        var plain = new byte[bytes.Length - TagSize];
        using var aes = new AesGcm(key, TagSize);
        try
        {
            aes.Decrypt(nonce, bytes.AsSpan(0, plain.Length), bytes.AsSpan(plain.Length), plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        plaintext = Encoding.UTF8.GetString(plain);
        return true;
    }

    public static bool TryDecode(string base64, out byte[] bytes)
    {
        bytes = new byte[base64.Length];
        var decoded = Convert.TryFromBase64String(base64, bytes, out var length);
        bytes = bytes[..length];
        return decoded;
    }
}
