using System.Net;

namespace Scalelab.ModelServer.Models.Sources;

/// <summary>One file of a model that lies elsewhere.</summary>
internal sealed record RemoteFile
{
    /// <summary>Where it goes in the model's folder; parts separated by slashes.</summary>
    public required string Path { get; init; }

    /// <summary>What errors and logs call it.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is read from.</summary>
    public required Uri Uri { get; init; }

    /// <summary>Sends a request for it, with the credentials that it needs; returns when the headers are there.</summary>
    public required Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> SendAsync { get; init; }

    /// <summary>How many bytes it has, where that is known before it is read.</summary>
    public long? Size { get; init; }

    /// <summary>What changes whenever the content does: a digest, or a name with an entity tag. Null where the server tells nothing like it.</summary>
    public string? Version { get; init; }

    /// <summary>What <c>If-Range</c> is sent with when a transfer goes on; null where only a digest can tell that the two halves fit.</summary>
    public string? Validator { get; init; }

    /// <summary>Whether a broken transfer may go on where it stopped.</summary>
    public bool IsResumable => Validator is not null || Version?.StartsWith("sha", StringComparison.Ordinal) == true;

    /// <summary>What the content is held against once it is whole, after the answer that brought it; null where nothing is known.</summary>
    public Func<HttpResponseMessage, ContentCheck?> Check { get; init; } = _ => null;

    /// <summary>What becomes of it in the model's folder.</summary>
    public Packing Packing { get; init; }

    /// <summary>Why a status will not go away by asking again: what to do about it.</summary>
    public Func<HttpStatusCode, string> Advice { get; init; } = status => status switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => "Check the address.",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "Check the credentials.",
        _ => "Ask whoever runs that server.",
    };
}

/// <summary>What becomes of a file in the model's folder.</summary>
internal enum Packing
{
    /// <summary>It is copied as it is.</summary>
    File,

    /// <summary>An archive is unpacked, anything else is copied; what it is, its first bytes say.</summary>
    Auto,

    /// <summary>An archive, unpacked.</summary>
    Archive,

    /// <summary>A layer of an image, of which the folder <c>models</c> is the model.</summary>
    ImageLayer,
}
