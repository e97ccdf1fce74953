using System.Security.Cryptography;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Sources;

/// <summary>A hash that content must have.</summary>
/// <param name="Algorithm">How it is computed.</param>
/// <param name="Hex">What it is, in lower-case hexadecimal digits.</param>
/// <param name="Origin">Who says so, for the message.</param>
internal sealed record ContentCheck(HashAlgorithmName Algorithm, string Hex, string Origin)
{
    public static ContentCheck Sha256(string hex, string origin) => new(HashAlgorithmName.SHA256, hex, origin);

    /// <summary>Reads <c>sha256:&lt;hex&gt;</c> or <c>sha512:&lt;hex&gt;</c>.</summary>
    /// <exception cref="ModelException">Neither.</exception>
    public static ContentCheck OfDigest(string digest, string origin)
    {
        var (algorithm, length) = digest.Split(':')[0] switch
        {
            "sha256" => (HashAlgorithmName.SHA256, 64),
            "sha512" => (HashAlgorithmName.SHA512, 128),
            _ => (default, -1),
        };
        var hex = digest[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return IsHex(hex, length)
            ? new ContentCheck(algorithm, hex, origin)
            : throw new ModelException($"{origin} says '{digest}', which is no digest. Expected: sha256: or sha512: and lower-case hexadecimal digits.");
    }

    /// <summary>Whether a text is a number of so many lower-case hexadecimal digits.</summary>
    public static bool IsHex(string text, int length) => text.Length == length && text.All(char.IsAsciiHexDigitLower);

    public static async Task<string> Sha256Async(string path, CancellationToken cancellationToken) =>
        await HashAsync(path, HashAlgorithmName.SHA256, cancellationToken);

    /// <summary>Whether a file has the hash.</summary>
    public async Task<bool> HoldsAsync(string path, CancellationToken cancellationToken) => await HashAsync(path, Algorithm, cancellationToken) == Hex;

    private static async Task<string> HashAsync(string path, HashAlgorithmName algorithm, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 17, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await CryptographicOperations.HashDataAsync(algorithm, stream, cancellationToken));
    }
}
