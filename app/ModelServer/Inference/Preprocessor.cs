using System.Buffers;
using Scalelab.ModelServer.Pictures;

namespace Scalelab.ModelServer.Inference;

/// <summary>Turns a picture into the numbers that the network takes, as model.json says.</summary>
public sealed class Preprocessor
{
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

    /// <summary>Writes the <see cref="Length"/> numbers of a picture.</summary>
    public void Prepare(DecodedPicture picture, Span<float> input)
    {
        var pixels = ArrayPool<byte>.Shared.Rent(Length);
        try
        {
            var (width, height) = ResizedSize(picture);
            Resizer.Resize(picture, width, height, Margin(width), Margin(height), _model.Size, _model.Resize.Filter, pixels);
            Spread(pixels.AsSpan(0, Length), input);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    private (long Width, long Height) ResizedSize(DecodedPicture picture)
    {
        long to = _model.Resize.To;
        if (_model.Resize.Mode == ResizeMode.Stretch)
        {
            return (to, to);
        }
        return picture.Width < picture.Height
            ? (to, to * picture.Height / picture.Width)
            : (to * picture.Width / picture.Height, to);
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
