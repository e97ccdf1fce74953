using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Scalelab.Engine.Secrets;

/// <summary>
/// The CLI's passphrase manager: the key is PBKDF2-SHA256 of the passphrase over one million rounds. Its salt, with the word
/// <c>pulumi</c> encrypted to prove a passphrase right, is <c>encryptionsalt</c> in stack files and <c>secrets_providers.state.salt</c> in
/// states: <c>v1:SALT:v1:NONCE:CIPHERTEXT+TAG</c>.
/// </summary>
internal sealed class PassphraseSecretsManager : ISecretsManager
{
    public const string ProviderType = "passphrase";

    private const string Version = "v1";
    private const string Proof = "pulumi";
    private const int Rounds = 1_000_000;
    private const int SaltSize = 8;

    private readonly Lazy<SymmetricCipher> _cipher;

    /// <param name="salt">As a stack file says it.</param>
    /// <param name="passphrase">Asked for when there is something to encrypt or decrypt, and not before.</param>
    public PassphraseSecretsManager(string salt, Passphrase passphrase)
    {
        Salt = salt;
        _cipher = new Lazy<SymmetricCipher>(() => Unlock(salt, passphrase));
    }

    private PassphraseSecretsManager(string salt, SymmetricCipher cipher)
    {
        Salt = salt;
        _cipher = new Lazy<SymmetricCipher>(cipher);
    }

    public string Type => ProviderType;

    public string Salt { get; }

    public JsonObject? State => new() { ["salt"] = Salt };

    /// <summary>A manager with a new salt.</summary>
    /// <exception cref="EngineException">No passphrase is given.</exception>
    public static PassphraseSecretsManager Create(Passphrase passphrase)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var cipher = Derive(passphrase.Read("A new passphrase-encrypted stack"), salt);
        return new PassphraseSecretsManager($"{Version}:{Convert.ToBase64String(salt)}:{cipher.Encrypt(Proof)}", cipher);
    }

    public string Encrypt(string plaintext) => _cipher.Value.Encrypt(plaintext);

    public string Decrypt(string ciphertext) => _cipher.Value.TryDecrypt(ciphertext, out var plaintext)
        ? plaintext
        : throw new EngineException("A secret cannot be decrypted, although the passphrase is right: it was encrypted with another one or another salt, or is damaged. Set it anew.");

    private static SymmetricCipher Unlock(string state, Passphrase passphrase)
    {
        if (state.Split(':', 3) is not [Version, var saltText, var proof] || !SymmetricCipher.TryDecode(saltText, out var salt))
        {
            throw new EngineException($"The encryption salt '{state}' does not have the form v1:SALT:v1:NONCE:CIPHERTEXT. Put the one back that the stack was encrypted with.");
        }

        var cipher = Derive(passphrase.Read("What the stack keeps secret"), salt);
        return cipher.TryDecrypt(proof, out var word) && word == Proof
            ? cipher
            : throw new EngineException($"The passphrase in {passphrase.Origin} is wrong: the stack's secrets were encrypted with another one. Set {Passphrase.Variable} or {Passphrase.FileVariable} to the right one.");
    }

    private static SymmetricCipher Derive(string passphrase, byte[] salt) =>
        new(Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(passphrase), salt, Rounds, HashAlgorithmName.SHA256, SymmetricCipher.KeySize));
}
