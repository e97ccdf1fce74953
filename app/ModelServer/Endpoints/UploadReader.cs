using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Scalelab.ModelServer.Pictures;

namespace Scalelab.ModelServer.Endpoints;

/// <summary>
/// Takes the picture out of a request: the multipart field <c>file</c>, or the base64 text in JSON's <c>image</c>. Nothing is kept on disk,
/// and reading stops at the limit.
/// </summary>
internal sealed class UploadReader(PictureLimits limits)
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
    public async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
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

    private async Task<ReadOnlyMemory<byte>> ReadFormAsync(HttpRequest request, MediaTypeHeaderValue type, CancellationToken cancellationToken)
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
                    return await ReadAllAsync(section.Body, limits.MaxBytes, () => EncodedPicture.TooManyBytes(limits), cancellationToken);
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw Unusable($"The form cannot be read: {exception.Message}");
        }
        throw Unusable($"The form has no field '{Field}'.");
    }

    private async Task<ReadOnlyMemory<byte>> ReadJsonAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await ReadAllAsync(request.Body, (int)MaxBodySize, () => EncodedPicture.TooManyBytes(limits), cancellationToken);
        if (body.IsEmpty)
        {
            throw Unusable("The request has no body.");
        }
        try
        {
            return Image(body.Span);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is what the reader throws at text that is no Unicode.
            throw Unusable($"The body is not valid JSON: {exception.Message}");
        }
    }

    private static byte[] Image(ReadOnlySpan<byte> json)
    {
        byte[]? image = null;
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
                    : reader.TryGetBytesFromBase64(out var bytes) ? bytes
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

    private static async Task<ReadOnlyMemory<byte>> ReadAllAsync(Stream body, int limit, Func<PictureException> tooLarge, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Min(limit, 128 * 1024));
        while (true)
        {
            // One byte more than allowed tells a picture at the limit from one above it.
            var room = Math.Min(64 * 1024, limit + 1 - bytes.WrittenCount);
            var read = await body.ReadAsync(bytes.GetMemory(room)[..room], cancellationToken);
            bytes.Advance(read);
            if (read == 0)
            {
                return bytes.WrittenMemory;
            }
            if (bytes.WrittenCount > limit)
            {
                throw tooLarge();
            }
        }
    }

    private static PictureException Unusable(string message) => new(StatusCodes.Status400BadRequest, message, Fix);
}
