namespace Scalelab.ModelServer.Pictures;

/// <summary>How pixels are weighed when a picture is resized.</summary>
public enum ResizeFilter
{
    /// <summary>Triangle over one source pixel either side (more when shrinking).</summary>
    Bilinear,

    /// <summary>Cubic convolution with a = -0.5 over two source pixels either side (more when shrinking).</summary>
    Bicubic,
}
