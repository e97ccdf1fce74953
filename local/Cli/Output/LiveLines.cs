namespace Scalelab.Cli.Output;

/// <summary>The lines at the bottom of an interactive terminal that change in place. Nothing else may be printed while they are shown.</summary>
internal sealed class LiveLines(Terminal terminal)
{
    private int _shown;

    public void Erase()
    {
        if (_shown > 0)
        {
            terminal.Output.Write($"\e[{_shown}A\e[J");
            _shown = 0;
        }
    }

    public void Show(IReadOnlyList<string> lines)
    {
        Erase();
        foreach (var line in lines)
        {
            // A wrapped line would take two rows and break the count of rows to erase.
            var text = line.Length < terminal.Width ? line : $"{line[..(terminal.Width - 2)]}…";
            terminal.Output.WriteLine(terminal.Paint(TextStyle.Dim, text));
        }

        _shown = lines.Count;
        terminal.Output.Flush();
    }
}
