using System.Security.Cryptography;

namespace Scalelab.Cluster.Api.Rest;

/// <summary>Suffixes for generateName: five characters without vowels and look-alikes, so that no words appear.</summary>
internal static class NameGenerator
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int SuffixLength = 5;
    private const int MaximumName = 63;

    public static string Generate(string prefix)
    {
        var room = MaximumName - SuffixLength;
        return (prefix.Length > room ? prefix[..room] : prefix) + RandomNumberGenerator.GetString(Alphabet, SuffixLength);
    }
}
