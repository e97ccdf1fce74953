using System.Buffers;
using SkiaSharp;

namespace Scalelab.ModelServer.Pictures;

/// <summary>A picture whose header has been read and found within the limits, and whose pixels have not been decoded yet.</summary>
public sealed class EncodedPicture : IDisposable
{
    private const string Formats = "JPEG, PNG, WebP, GIF or BMP";

    // Keeps the sender's bytes in place: the codec reads them without a copy.
    private readonly MemoryHandle _pinned;
    private readonly SKCodec _codec;

    private EncodedPicture(MemoryHandle pinned, SKCodec codec)
    {
        _pinned = pinned;
        _codec = codec;
    }

    /// <summary>Pixels in a row, once upright.</summary>
    public int Width => IsTurned ? _codec.Info.Height : _codec.Info.Width;

    /// <summary>Number of rows, once upright.</summary>
    public int Height => IsTurned ? _codec.Info.Width : _codec.Info.Height;

    /// <summary>Number of pixels once decoded.</summary>
    public long Pixels => (long)_codec.Info.Width * _codec.Info.Height;

    /// <summary>Number of pixels once decoded no smaller than asked for.</summary>
    public long PixelsAt((int Width, int Height) smallest)
    {
        var size = Reduced(IsTurned ? (smallest.Height, smallest.Width) : smallest);
        return (long)size.Width * size.Height;
    }

    /// <summary>Reads the header only, so that the size is known before any memory is taken for pixels.</summary>
    /// <exception cref="PictureException">Empty (400), too large (413), or no picture in a known format (422).</exception>
    public static unsafe EncodedPicture Open(ReadOnlyMemory<byte> bytes, PictureLimits limits)
    {
        if (bytes.IsEmpty)
        {
            throw new PictureException(StatusCodes.Status400BadRequest, "The picture is empty.", $"Send the bytes of a {Formats} file.");
        }
        if (bytes.Length > limits.MaxBytes)
        {
            throw TooManyBytes(limits);
        }

        var pinned = bytes.Pin();
        SKCodec? codec = null;
        try
        {
            using var data = SKData.Create((nint)pinned.Pointer, bytes.Length);
            codec = SKCodec.Create(data)
                ?? throw new PictureException(StatusCodes.Status422UnprocessableEntity, "The bytes are not a picture in a known format.", $"Send a {Formats} file.");
            CheckSize(codec.Info.Width, codec.Info.Height, limits);
            return new EncodedPicture(pinned, codec);
        }
        catch
        {
            codec?.Dispose();
            pinned.Dispose();
            throw;
        }
    }

    /// <summary>The answer to a picture of more than <see cref="PictureLimits.MaxBytes"/>, also for readers that stop before its end.</summary>
    public static PictureException TooManyBytes(PictureLimits limits) => new(
        StatusCodes.Status413PayloadTooLarge,
        $"The picture is larger than {limits.MaxBytes / (1024.0 * 1024.0):0.##} MiB.",
        "Save it smaller or with stronger compression.");

    /// <summary>
    /// Decodes the first frame, without colour management and without blending transparent pixels: as PIL's convert("RGB") does in the
    /// exercises. Turns it upright as its EXIF orientation says, which the exercises leave out.
    /// </summary>
    /// <exception cref="PictureException">The picture is damaged or cut off (422).</exception>
    public DecodedPicture Decode() => Decode((Width, Height));

    /// <summary>
    /// Decodes the first frame, at a reduced size where the format can be decoded so (JPEG), and no smaller than asked for.
    /// </summary>
    /// <param name="smallest">The smallest size that will do, once upright.</param>
    /// <exception cref="PictureException">The picture is damaged or cut off (422).</exception>
    public DecodedPicture Decode((int Width, int Height) smallest)
    {
        var size = Reduced(IsTurned ? (smallest.Height, smallest.Width) : smallest);
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var bitmap = new SKBitmap();
        try
        {
            if (!bitmap.TryAllocPixels(info))
            {
                throw new PictureException(
                    StatusCodes.Status413PayloadTooLarge, $"There is no memory for a picture of {info.Width} × {info.Height} pixels.", "Scale it down.");
            }
            var result = _codec.GetPixels(info, bitmap.GetPixels());
            if (result != SKCodecResult.Success)
            {
                throw new PictureException(
                    StatusCodes.Status422UnprocessableEntity,
                    result == SKCodecResult.IncompleteInput ? "The picture is cut off: its end is missing." : $"The picture is damaged ({result}).",
                    "Send the whole file, or save the picture anew.");
            }
            return new DecodedPicture(Orientation.Upright(bitmap, _codec.EncodedOrigin));
        }
        catch
        {
            bitmap.Dispose();
            throw;
        }
    }

    // From the fifth on, the orientations swap rows and columns.
    private bool IsTurned => _codec.EncodedOrigin >= SKEncodedOrigin.LeftTop;

    // JPEG's blocks of 8 × 8 can be decoded as blocks of fewer: eighths of the size, the smallest that will do.
    private SKSizeI Reduced((int Width, int Height) smallest)
    {
        var whole = new SKSizeI(_codec.Info.Width, _codec.Info.Height);
        if (_codec.EncodedFormat != SKEncodedImageFormat.Jpeg || (smallest.Width >= whole.Width && smallest.Height >= whole.Height))
        {
            return whole;
        }
        for (var eighths = 1; eighths < 8; eighths++)
        {
            var size = _codec.GetScaledDimensions(eighths / 8f);
            if (size.Width >= smallest.Width && size.Height >= smallest.Height)
            {
                return size;
            }
        }
        return whole;
    }

    public void Dispose()
    {
        _codec.Dispose();
        _pinned.Dispose();
    }

    private static void CheckSize(int width, int height, PictureLimits limits)
    {
        if (width < 1 || height < 1)
        {
            throw new PictureException(StatusCodes.Status422UnprocessableEntity, "The picture has no pixels.", $"Send a {Formats} file with a picture in it.");
        }
        if ((long)width * height > limits.MaxPixels)
        {
            throw new PictureException(
                StatusCodes.Status413PayloadTooLarge,
                $"The picture has {width} × {height} pixels, more than {limits.MaxPixels / 1_000_000.0:0.##} million.",
                "Scale it down: the network looks at a few hundred pixels a side.");
        }
        if (Math.Max(width, height) > limits.MaxSide)
        {
            throw new PictureException(
                StatusCodes.Status413PayloadTooLarge,
                $"The picture has {width} × {height} pixels, and no side may be longer than {limits.MaxSide}.",
                "Scale it down or cut it.");
        }
    }
}
