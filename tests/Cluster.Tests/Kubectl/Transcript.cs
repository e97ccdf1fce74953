using System.Globalization;
using System.Text;

namespace Scalelab.Cluster.Tests.Kubectl;

/// <summary>What one kubectl command printed, how it ended and what it asked the API, as recorded or as run.</summary>
/// <param name="Id">The number and name of the recording, e.g. <c>35-get-pods</c>.</param>
/// <param name="Command">The command line as a user types it.</param>
/// <param name="Text">Standard output and error together.</param>
/// <param name="Exit">The exit code, or <c>stopped after 5 s</c>.</param>
/// <param name="Requests">Method, path and status of each request, in order.</param>
internal sealed record Transcript(string Id, string Command, string Text, string Exit, IReadOnlyList<string> Requests)
{
    private const string ExitMark = "# exit ";

    /// <summary>Commands that never end by themselves were stopped by the recorder.</summary>
    public TimeSpan? StopAfter => Exit.StartsWith("stopped after ", StringComparison.Ordinal)
        ? TimeSpan.FromSeconds(int.Parse(Exit.Split(' ')[2], CultureInfo.InvariantCulture))
        : null;

    /// <summary>The command's arguments after <c>kubectl</c>; the recordings quote with single quotes only.</summary>
    public IReadOnlyList<string> Arguments
    {
        get
        {
            var arguments = new List<string>();
            StringBuilder? current = null;
            var quoted = false;
            foreach (var letter in Command)
            {
                if (letter == '\'')
                {
                    quoted = !quoted;
                    current ??= new StringBuilder();
                }
                else if (letter == ' ' && !quoted)
                {
                    Take();
                }
                else
                {
                    (current ??= new StringBuilder()).Append(letter);
                }
            }

            Take();
            return arguments[1..];

            void Take()
            {
                if (current is not null)
                {
                    arguments.Add(current.ToString());
                    current = null;
                }
            }
        }
    }

    /// <summary>The recorded transcripts of a folder, in the order in which they were recorded.</summary>
    public static IReadOnlyList<Transcript> ReadAll(string folder) => [.. Directory.EnumerateFiles(folder, "*.txt")
        .OrderBy(path => int.Parse(Path.GetFileName(path).Split('-')[0], CultureInfo.InvariantCulture))
        .Select(Read)];

    private static Transcript Read(string path)
    {
        var text = File.ReadAllText(path);
        var (command, end) = (text.IndexOf('\n', StringComparison.Ordinal), text.LastIndexOf(ExitMark, StringComparison.Ordinal));
        return new Transcript(
            Path.GetFileNameWithoutExtension(path),
            text[2..command],
            text[(command + 1)..end],
            text[(end + ExitMark.Length)..].Trim(),
            File.ReadAllLines(Path.ChangeExtension(path, ".requests")));
    }
}
