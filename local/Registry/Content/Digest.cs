using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Scalelab.Registry.Content;

/// <summary>The name of content by its hash, <c>sha256:&lt;hex&gt;</c> or <c>sha512:&lt;hex&gt;</c> (the two algorithms that the OCI image
/// specification registers).</summary>
internal readonly record struct Digest
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private Digest(string algorithm, string hex)
    {
        Algorithm = algorithm;
        Hex = hex;
    }

    public string Algorithm { get; }

    public string Hex { get; }

    public static Digest Sha256(ReadOnlySpan<byte> content) => new("sha256", Convert.ToHexStringLower(SHA256.HashData(content)));

    /// <summary>The digest of <paramref name="content"/> under the algorithm that <paramref name="like"/> uses.</summary>
    public static Digest Compute(ReadOnlySpan<byte> content, Digest like) =>
        like.Algorithm == "sha512" ? new("sha512", Convert.ToHexStringLower(SHA512.HashData(content))) : Sha256(content);

    public static Digest FromHash(IncrementalHash hash) => new(hash.AlgorithmName == HashAlgorithmName.SHA512 ? "sha512" : "sha256", Convert.ToHexStringLower(hash.GetCurrentHash()));

    /// <summary>Accepts the canonical lower-case form only, so that a digest is also safe as a file name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0)
        {
            return false;
        }

        var algorithm = text![..colon];
        var hex = text[(colon + 1)..];
        var length = algorithm switch
        {
            "sha256" => 64,
            "sha512" => 128,
            _ => -1,
        };
        if (hex.Length != length || hex.AsSpan().ContainsAnyExcept(HexDigits))
        {
            return false;
        }

        digest = new Digest(algorithm, hex);
        return true;
    }

    public override string ToString() => $"{Algorithm}:{Hex}";
}
