using System.Text;
using System.Text.RegularExpressions;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Command;

/// <summary>
/// The files that a command leaves behind, by the patterns of <c>assetPaths</c> and <c>archivePaths</c>: <c>*</c> stays in a folder, <c>**</c> does not, <c>!</c>
/// takes out again, the last pattern that fits decides. Folders are none.
/// </summary>
/// <param name="folder">The command's; absolute.</param>
internal sealed class CommandFiles(string folder)
{
    // A pattern of the program must not keep the engine busy for ever.
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    /// <summary>An asset a file, by its path in the command's folder.</summary>
    public PropertyMap Assets(ListValue patterns)
    {
        var rules = patterns.Items.Select(pattern => pattern.Revealed.ToString()!).Select(text => (Excludes: text.StartsWith('!'), Pattern: ToRegex(text.TrimStart('!')))).ToArray();
        return new PropertyMap(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(file => rules.LastOrDefault(rule => rule.Pattern.IsMatch(file)) is { Pattern: not null, Excludes: false })
            .Select(file => KeyValuePair.Create<string, PropertyValue>(file, Asset(file))));
    }

    /// <summary>All of them in one archive.</summary>
    public PropertyMap Archive(ListValue patterns) => new(new Dictionary<string, PropertyValue>
    {
        [Signatures.Key] = Signatures.Archive,
        ["assets"] = Assets(patterns),
    });

    private PropertyMap Asset(string file) => new(new Dictionary<string, PropertyValue> { [Signatures.Key] = Signatures.Asset, ["path"] = Path.Combine(folder, file) });

    private static Regex ToRegex(string pattern)
    {
        var regex = new StringBuilder("^");
        var depth = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*' when i + 1 < pattern.Length && pattern[i + 1] == '*':
                    i++;
                    regex.Append(".*");
                    break;
                case '*':
                    regex.Append("[^/]*");
                    break;
                case '?':
                    regex.Append("[^/]");
                    break;
                case '[' when pattern.IndexOf(']', i) is > 0 and var end:
                    regex.Append('[').Append(pattern[i + 1] == '!' ? "^" + pattern[(i + 2)..end] : pattern[(i + 1)..end]).Append(']');
                    i = end;
                    break;
                case '{':
                    depth++;
                    regex.Append("(?:");
                    break;
                case '}' when depth > 0:
                    depth--;
                    regex.Append(')');
                    break;
                case ',' when depth > 0:
                    regex.Append('|');
                    break;
                case '\\' when i + 1 < pattern.Length:
                    regex.Append(Regex.Escape(pattern[++i].ToString()));
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
            throw new ProviderException($"The pattern '{pattern}' cannot be read: {e.Message}", e);
        }
    }
}
