using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Scalelab.ModelServer.Admission;
using Scalelab.ModelServer.Pictures;
using Scalelab.ModelServer.Protocols;
using Scalelab.ModelServer.Protocols.V1;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Endpoints;

/// <summary>
/// Takes the picture out of a request: the multipart field <c>file</c>, or the base64 text in JSON's <c>image</c>. Nothing is kept on disk,
/// and reading stops at the limit.
/// </summary>
internal sealed class UploadReader(PictureLimits limits, RequestBodies bodies)
{
    private const string Field = "file";
    private const string Key = "image";
    private const string Fix = $"Send multipart/form-data with the picture in the field '{Field}', or application/json with {{\"{Key}\": \"<base64>\"}}.";

    // Room beside the picture: the parts' headers, other fields, the JSON around the text.
    private const int Slack = 64 * 1024;

    // RFC 2046, section 5.1.1.
    private const int MaxBoundary = 70;

    /// <summary>Largest request body that can hold a picture within the limits, base64 included.</summary>
    public long MaxBodySize => Base64.GetMaxEncodedToUtf8Length(limits.MaxBytes) + Slack;

    /// <exception cref="PictureException">No picture in it (400), too large (413), of another content type (415).</exception>
    public async Task<Upload> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBodySize)
        {
            throw EncodedPicture.TooManyBytes(limits);
        }
        if (request.ContentLength == 0)
        {
            throw Unusable("The request has no body.");
        }
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            throw new PictureException(StatusCodes.Status415UnsupportedMediaType, "The request has no valid Content-Type.", Fix);
        }
        if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return await ReadFormAsync(request, type, cancellationToken);
        }
        if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            return await ReadJsonAsync(request, cancellationToken);
        }
        throw new PictureException(StatusCodes.Status415UnsupportedMediaType, $"Pictures are not taken as {type.MediaType}.", Fix);
    }

    private async Task<Upload> ReadFormAsync(HttpRequest request, MediaTypeHeaderValue type, CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary))
        {
            throw Unusable("The Content-Type multipart/form-data names no boundary.");
        }
        if (boundary.Length > MaxBoundary)
        {
            throw Unusable($"The boundary of the form has {boundary.Length} characters, more than {MaxBoundary}.");
        }
        var reader = new MultipartReader(boundary, request.Body);
        try
        {
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                    && HeaderUtilities.RemoveQuotes(disposition.Name).Equals(Field, StringComparison.Ordinal))
                {
                    // A part is shorter than the form that it stands in.
                    var longest = Math.Min(request.ContentLength ?? long.MaxValue, limits.MaxBytes);
                    var body = await bodies.ReadAsync(section.Body, longest, limits.MaxBytes, () => EncodedPicture.TooManyBytes(limits), cancellationToken);
                    return new Upload(body.Bytes, body, null);
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw Unusable($"The form cannot be read: {exception.Message}");
        }
        throw Unusable($"The form has no field '{Field}'.");
    }

    private async Task<Upload> ReadJsonAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await bodies.ReadAsync(request.Body, request.ContentLength, (int)MaxBodySize, () => EncodedPicture.TooManyBytes(limits), cancellationToken);
        var arena = new TensorArena(bodies.Budget);
        try
        {
            return body.Bytes.IsEmpty ? throw Unusable("The request has no body.") : new Upload(Image(body.Bytes.Span, arena), body, arena);
        }
        catch (Exception exception)
        {
            arena.Dispose();
            body.Dispose();
            // The second is what the reader throws at text that is no Unicode.
            throw exception is JsonException or InvalidOperationException ? Unusable($"The body is not valid JSON: {exception.Message}") : exception;
        }
    }

    private static ReadOnlyMemory<byte> Image(ReadOnlySpan<byte> json, TensorArena arena)
    {
        ReadOnlyMemory<byte>? image = null;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Unusable("The body is JSON, but not an object.");
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals(Key);
            reader.Read();
            if (wanted)
            {
                image = reader.TokenType != JsonTokenType.String ? throw Unusable($"'{Key}' is not a text.")
                    : Base64Text.TryDecode(ref reader, arena, out var bytes) ? bytes
                    : throw Unusable($"'{Key}' is not valid base64.");
            }
            else
            {
                reader.Skip();
            }
        }
        reader.Read(); // fails when anything follows the object
        return image ?? throw Unusable($"The JSON has no '{Key}'.");
    }

    private static PictureException Unusable(string message) => new(StatusCodes.Status400BadRequest, message, Fix);
}

/// <summary>An uploaded picture, in memory that goes back to the pool with it.</summary>
/// <param name="Picture">The encoded picture.</param>
/// <param name="Body">What was read.</param>
/// <param name="Decoded">What was decoded of it; null when the picture lies in the body as it is.</param>
internal sealed record Upload(ReadOnlyMemory<byte> Picture, PooledBody Body, TensorArena? Decoded) : IDisposable
{
    public void Dispose()
    {
        Decoded?.Dispose();
        Body.Dispose();
    }
}
