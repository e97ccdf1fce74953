using System.Buffers;
using Scalelab.ModelServer.Pictures;

namespace Scalelab.ModelServer.Inference;

/// <summary>Turns a picture into the numbers that the network takes, as model.json says.</summary>
public sealed class Preprocessor
{
    // A picture decoded at no less than this many times its final size keeps the differences below the tolerance that Models/README.md states.
    private const int ReducedBy = 2;

    private readonly ModelDescription _model;

    // A byte becomes its number by looking it up: one table a channel.
    private readonly float[][] _numbers;

    public Preprocessor(ModelDescription model)
    {
        _model = model;
        _numbers = [.. Enumerable.Range(0, Resizer.Channels).Select(Numbers)];
    }

    /// <summary>How many numbers one picture makes.</summary>
    public int Length => _model.Size * _model.Size * Resizer.Channels;

    /// <summary>
    /// The smallest size that a picture may be decoded at: its own for a model that wants it exact, else twice the size that it is resized to.
    /// </summary>
    internal (int Width, int Height) Smallest(EncodedPicture picture)
    {
        if (_model.Decode == DecodeRule.Exact)
        {
            return (picture.Width, picture.Height);
        }
        var (width, height) = ResizedSize(picture.Width, picture.Height);
        return ((int)Math.Min(picture.Width, width * ReducedBy), (int)Math.Min(picture.Height, height * ReducedBy));
    }

    /// <summary>Writes the <see cref="Length"/> numbers of a picture.</summary>
    public void Prepare(DecodedPicture picture, Span<float> input) => Prepare(picture, (picture.Width, picture.Height), input);

    /// <summary>Writes the <see cref="Length"/> numbers of a picture that was decoded at a reduced size.</summary>
    /// <param name="picture">The pixels.</param>
    /// <param name="whole">The picture's own size: proportions are taken from it.</param>
    /// <param name="input">Where the numbers go.</param>
    internal void Prepare(DecodedPicture picture, (int Width, int Height) whole, Span<float> input)
    {
        var pixels = ArrayPool<byte>.Shared.Rent(Length);
        try
        {
            var (width, height) = ResizedSize(whole.Width, whole.Height);
            Resizer.Resize(picture, width, height, Margin(width), Margin(height), _model.Size, _model.Resize.Filter, pixels);
            Spread(pixels.AsSpan(0, Length), input);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    private (long Width, long Height) ResizedSize(int width, int height)
    {
        long to = _model.Resize.To;
        if (_model.Resize.Mode == ResizeMode.Stretch)
        {
            return (to, to);
        }
        return width < height ? (to, to * height / width) : (to * width / height, to);
    }

    // Half to even, as torchvision's CenterCrop rounds.
    private long Margin(long side) => (long)Math.Round((side - _model.Size) / 2.0, MidpointRounding.ToEven);

    private void Spread(ReadOnlySpan<byte> pixels, Span<float> input)
    {
        var plane = _model.Size * _model.Size;
        for (var channel = 0; channel < Resizer.Channels; channel++)
        {
            var numbers = _numbers[channel];
            var (start, step) = _model.Layout == Layout.ChannelsFirst ? (channel * plane, 1) : (channel, Resizer.Channels);
            for (var i = 0; i < plane; i++)
            {
                input[start + (i * step)] = numbers[pixels[(i * Resizer.Channels) + channel]];
            }
        }
    }

    private float[] Numbers(int channel)
    {
        var mean = _model.Mean?[channel] ?? 0;
        var std = _model.Std?[channel] ?? 1;
        return [.. Enumerable.Range(0, 256).Select(value => (Scale(value) - mean) / std)];
    }

    private float Scale(int value) => _model.Scaling switch
    {
        Scaling.Unit => value / 255f,
        Scaling.AroundZero => (value / 127.5f) - 1,
        _ => value,
    };
}
