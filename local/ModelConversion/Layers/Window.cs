namespace Scalelab.ModelConversion.Layers;

/// <summary>How a window of a convolution or a pool moves over one side of a picture.</summary>
/// <param name="Size">Pixels under the window, those that it skips included.</param>
/// <param name="Step">Pixels that it moves by.</param>
/// <param name="Before">Pixels that are added before the picture.</param>
/// <param name="After">Pixels that are added after it.</param>
/// <param name="Count">Places that it stops at.</param>
internal readonly record struct Window(int Size, int Step, int Before, int After, int Count)
{
    /// <summary>TensorFlow's padding: <c>valid</c> adds nothing; <c>same</c> adds what lets the window stop once every <paramref name="step"/> pixels, the odd one after.</summary>
    public static Window Of(int length, int size, int step, int dilation, bool isSame)
    {
        var reach = ((size - 1) * dilation) + 1;
        if (!isSame)
        {
            return new Window(reach, step, 0, 0, length < reach ? 0 : ((length - reach) / step) + 1);
        }
        var count = (length + step - 1) / step;
        var added = Math.Max(0, ((count - 1) * step) + reach - length);
        return new Window(reach, step, added / 2, added - (added / 2), count);
    }
}

/// <summary>The windows over a picture's height and width.</summary>
internal readonly record struct Windows(Window Rows, Window Columns)
{
    /// <summary>Reads a layer's padding.</summary>
    public static Windows Read(LayerContext context, (int Height, int Width) size, (int Height, int Width) step, (int Height, int Width) dilation)
    {
        var padding = context.Config.Text("padding", "valid");
        if (padding is not ("valid" or "same"))
        {
            throw context.Config.Wrong($"has padding '{padding}'; 'valid' and 'same' are converted");
        }
        var picture = context.Picture;
        var windows = new Windows(
            Window.Of(picture[0], size.Height, step.Height, dilation.Height, padding == "same"),
            Window.Of(picture[1], size.Width, step.Width, dilation.Width, padding == "same"));
        return windows.Rows.Count > 0 && windows.Columns.Count > 0
            ? windows
            : throw context.Config.Wrong($"looks at {size.Height} × {size.Width} pixels, and its input has only {picture[0]} × {picture[1]}");
    }

    public long[] Pads => [Rows.Before, Columns.Before, Rows.After, Columns.After];

    public long[] Strides => [Rows.Step, Columns.Step];
}
