using System.Text;

namespace Scalelab.Cli.Commands;

/// <summary>Reads a value that the command line does not give: from a pipe as it is, from a person without showing a secret.</summary>
internal static class ValueInput
{
    /// <exception cref="CliException">There is nothing to read.</exception>
    public static string Read(LabEnvironment environment, bool isSecret)
    {
        if (ReferenceEquals(environment.Input, Console.In) && !Console.IsInputRedirected)
        {
            environment.Terminal.Error.Write("value: ");
            return isSecret ? ReadHidden(environment) : environment.Input.ReadLine() ?? "";
        }

        // The line break that an editor or echo adds is not part of the value.
        var text = environment.Input.ReadToEnd();
        text = text.EndsWith('\n') ? text[..^1] : text;
        text = text.EndsWith('\r') ? text[..^1] : text;
        return text.Length > 0 ? text : throw new CliException("No value was given. Add it to the command, or pass it on standard input.");
    }

    private static string ReadHidden(LabEnvironment environment)
    {
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key != ConsoleKey.Backspace)
            {
                text.Append(key.KeyChar);
            }
            else if (text.Length > 0)
            {
                text.Length--;
            }
        }

        environment.Terminal.Error.WriteLine();
        return text.ToString();
    }
}
