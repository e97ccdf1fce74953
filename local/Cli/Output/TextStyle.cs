namespace Scalelab.Cli.Output;

internal enum TextStyle
{
    Plain,
    Bold,
    Dim,
    Red,
    Green,
    Yellow,
    Magenta,
}
