using System.Text;
using System.Text.RegularExpressions;

namespace Scalelab.Engine.Providers.Docker.Building;

/// <summary>
/// The patterns of a <c>.dockerignore</c>: which paths stay out of a context. The last pattern that fits decides, one that begins with
/// <c>!</c> takes back in, and what fits a folder fits everything in it. The rules are those of moby's patternmatcher.
/// </summary>
internal sealed class IgnorePatterns
{
    // A pattern out of a file that the user wrote must not keep the engine busy for ever.
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    private readonly List<(Regex Pattern, bool TakesBack)> _patterns = [];

    private IgnorePatterns(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var text = line.Trim();
            var takesBack = text.StartsWith('!');
            text = Clean(takesBack ? text[1..].Trim() : text);
            if (text.Length > 0)
            {
                _patterns.Add((ToRegex(text), takesBack));
            }
        }
    }

    public static IgnorePatterns None { get; } = new([]);

    /// <summary>Whether anything below an ignored folder may have been taken back in.</summary>
    public bool TakesBack => _patterns.Exists(pattern => pattern.TakesBack);

    /// <param name="text">The file: a pattern a line, <c>#</c> begins comments.</param>
    /// <exception cref="ProviderException">A pattern is not one.</exception>
    public static IgnorePatterns Parse(string text) => new(text.TrimStart('\uFEFF').Split('\n').Where(line => !line.StartsWith('#')));

    /// <param name="path">Relative to the context, with forward slashes.</param>
    public bool Matches(string path)
    {
        var ignored = false;
        foreach (var (pattern, takesBack) in _patterns)
        {
            if (takesBack == ignored && PathAndParents(path).Any(pattern.IsMatch))
            {
                ignored = !takesBack;
            }
        }

        return ignored;
    }

    private static IEnumerable<string> PathAndParents(string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
        {
            yield return path[..end];
        }
    }

    // As Go's filepath.Clean does, and without the slash in front, which means the context's root.
    private static string Clean(string pattern)
    {
        var parts = new List<string>();
        foreach (var part in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (part)
            {
                case ".":
                    break;
                case ".." when parts.Count > 0 && parts[^1] != "..":
                    parts.RemoveAt(parts.Count - 1);
                    break;
                default:
                    parts.Add(part);
                    break;
            }
        }

        return string.Join('/', parts);
    }

    private static Regex ToRegex(string pattern)
    {
        var regex = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*' when i + 1 < pattern.Length && pattern[i + 1] == '*':
                    i++;
                    if (i + 1 < pattern.Length && pattern[i + 1] == '/')
                    {
                        i++;
                    }

                    regex.Append(i + 1 == pattern.Length ? ".*" : "(.*/)?");
                    break;
                case '*':
                    regex.Append("[^/]*");
                    break;
                case '?':
                    regex.Append("[^/]");
                    break;
                case '\\' when i + 1 < pattern.Length:
                    regex.Append(Regex.Escape(pattern[++i].ToString()));
                    break;
                case '[' or ']' or '-':
                    regex.Append(pattern[i]);
                    break;
                case '^' when i > 0 && pattern[i - 1] == '[':
                    regex.Append('^');
                    break;
                default:
                    regex.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }

        try
        {
            return new Regex(regex.Append('$').ToString(), RegexOptions.CultureInvariant | RegexOptions.Singleline, MatchLimit);
        }
        catch (RegexParseException e)
        {
            throw new ProviderException($"The ignore file has the pattern '{pattern}', which cannot be read: {e.Message} Correct it, or put a \\ before characters that stand for themselves.", e);
        }
    }
}
