namespace Scalelab.Cli.Output;

/// <summary>Where a command prints, and what that place can do.</summary>
/// <param name="Output">Results and progress.</param>
/// <param name="Error">Messages of failed commands.</param>
/// <param name="Width">Columns, for lines that are redrawn.</param>
/// <param name="IsInteractive">Lines can be overwritten.</param>
/// <param name="HasColor">Output may be coloured.</param>
/// <param name="HasErrorColor">Error may be coloured.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, int Width, bool IsInteractive, bool HasColor, bool HasErrorColor)
{
    private const int DefaultWidth = 100;

    public static Terminal ForProcess()
    {
        // https://no-color.org: any value but the empty one counts.
        var noColor = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var isDumb = Environment.GetEnvironmentVariable("TERM") == "dumb";
        var isInteractive = !Console.IsOutputRedirected && !isDumb;
        return new Terminal(
            Console.Out,
            Console.Error,
            Columns(),
            isInteractive,
            isInteractive && !noColor,
            !Console.IsErrorRedirected && !isDumb && !noColor);
    }

    public string Paint(TextStyle style, string text) => HasColor ? Escape(style, text) : text;

    public string PaintError(TextStyle style, string text) => HasErrorColor ? Escape(style, text) : text;

    private static string Escape(TextStyle style, string text)
    {
        var code = style switch
        {
            TextStyle.Bold => 1,
            TextStyle.Dim => 2,
            TextStyle.Red => 31,
            TextStyle.Green => 32,
            TextStyle.Yellow => 33,
            TextStyle.Magenta => 35,
            _ => 0,
        };
        return code == 0 || text.Length == 0 ? text : $"\e[{code}m{text}\e[0m";
    }

    private static int Columns()
    {
        try
        {
            return Console.IsOutputRedirected || Console.WindowWidth <= 0 ? DefaultWidth : Console.WindowWidth;
        }
        catch (IOException)
        {
            // Some terminals do not tell their size.
            return DefaultWidth;
        }
    }
}
