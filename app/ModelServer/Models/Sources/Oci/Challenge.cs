using System.Text;

namespace Scalelab.ModelServer.Models.Sources.Oci;

/// <summary>The parameters of a WWW-Authenticate header: <c>realm="https://…",scope="a,b"</c>.</summary>
internal static class Challenge
{
    public static Dictionary<string, string> Parse(string text)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var position = 0;
        while (position < text.Length)
        {
            var equals = text.IndexOf('=', position);
            if (equals < 0)
            {
                break;
            }
            var name = text[position..equals].Trim(' ', ',');
            parameters[name] = Value(text, equals + 1, out position);
        }
        return parameters;
    }

    private static string Value(string text, int start, out int end)
    {
        if (start >= text.Length || text[start] != '"')
        {
            end = text.IndexOf(',', start);
            end = end < 0 ? text.Length : end;
            return text[start..end].Trim();
        }
        var value = new StringBuilder();
        for (end = start + 1; end < text.Length && text[end] != '"'; end++)
        {
            // A quoted pair stands for its second character.
            end += text[end] == '\\' && end + 1 < text.Length ? 1 : 0;
            value.Append(text[end]);
        }
        end = Math.Min(end + 1, text.Length);
        return value.ToString();
    }
}
