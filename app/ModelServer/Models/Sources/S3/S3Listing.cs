using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Sources.S3;

/// <summary>One page of S3's ListObjectsV2.</summary>
/// <param name="Objects">What it lists.</param>
/// <param name="Continuation">Asks for the next page; null after the last.</param>
internal sealed record S3Listing(IReadOnlyList<S3Object> Objects, string? Continuation)
{
    private static readonly XmlReaderSettings Settings = new() { Async = true, DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = 16 * 1024 * 1024 };

    /// <exception cref="ModelException">Not such a list.</exception>
    public static async Task<S3Listing> ReadAsync(Stream stream, string shown, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = XmlReader.Create(stream, Settings);
            var root = (await XDocument.LoadAsync(reader, LoadOptions.None, cancellationToken)).Root!;
            // Stores differ in the namespace; the names are the same.
            var objects = root.Elements().Where(element => element.Name.LocalName == "Contents").Select(Read).ToArray();
            var isTruncated = Child(root, "IsTruncated") == "true";
            return root.Name.LocalName == "ListBucketResult"
                ? new S3Listing(objects, isTruncated ? Child(root, "NextContinuationToken") : null)
                : throw new FormatException($"it is a {root.Name.LocalName}.");
        }
        catch (Exception exception) when (exception is XmlException or FormatException or OverflowException)
        {
            throw new ModelException(
                $"{shown}: the store's list of objects cannot be read: {exception.Message} Check that AWS_ENDPOINT_URL is the address of an S3 store, not of its console.",
                exception);
        }
    }

    // Keys come percent-encoded, because the list is asked for that way: XML has no way to write every character.
    private static S3Object Read(XElement element) => new(
        Uri.UnescapeDataString((Child(element, "Key") ?? throw new FormatException("an object has no key.")).Replace('+', ' ')),
        long.Parse(Child(element, "Size") ?? "", NumberStyles.None, CultureInfo.InvariantCulture),
        (Child(element, "ETag") ?? "").Trim('"'));

    private static string? Child(XElement element, string name) => element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value;
}

/// <summary>An object of a bucket.</summary>
/// <param name="Key">Its whole name.</param>
/// <param name="Size">How many bytes it has.</param>
/// <param name="Tag">Its entity tag without quotes; empty where the store lists none.</param>
internal sealed record S3Object(string Key, long Size, string Tag);
