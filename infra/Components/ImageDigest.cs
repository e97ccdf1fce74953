using System.Text.RegularExpressions;
using Pulumi;

namespace Scalelab.Infra.Components;

/// <summary>Finds the digest in what a builder says about the image that it pushed.</summary>
internal static partial class ImageDigest
{
    /// <summary><c>sha256:…</c> out of a digest by itself or a reference that ends in one.</summary>
    /// <exception cref="RunException">There is none: the image was not pushed, or the builder is not the one that is expected.</exception>
    public static string In(string text) => Digest().Match(text) is { Success: true } match
        ? match.Groups["digest"].Value
        : throw new RunException($"The image's builder gave no digest of the pushed image but \"{text}\". Destroy the stack's image and build it anew, or use the other scalelab:imageBuilder.");

    [GeneratedRegex(@"(^|@|\s)(?<digest>sha256:[0-9a-f]{64})\s*$")]
    private static partial Regex Digest();
}
