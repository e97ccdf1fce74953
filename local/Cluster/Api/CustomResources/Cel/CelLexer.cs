using System.Globalization;
using System.Text;

namespace Scalelab.Cluster.Api.CustomResources.Cel;

internal enum CelTokenKind
{
    End,
    Name,
    Text,
    Integer,
    Number,
    Sign,
}

/// <param name="Text">The name, the sign, or the text without its quotes.</param>
internal readonly record struct CelToken(CelTokenKind Kind, string Text);

/// <summary>The tokens of an expression of the Common Expression Language.</summary>
internal static class CelLexer
{
    private static readonly string[] Signs = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}"];

    /// <exception cref="CelException">A character that begins no token.</exception>
    public static List<CelToken> Read(string text)
    {
        var tokens = new List<CelToken>();
        for (var at = 0; at < text.Length;)
        {
            var first = text[at];
            if (char.IsWhiteSpace(first))
            {
                at++;
            }
            else if (text.AsSpan(at).StartsWith("//"))
            {
                var end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end;
            }
            else if (first is '"' or '\'' || (first is 'r' or 'R' && at + 1 < text.Length && text[at + 1] is '"' or '\''))
            {
                tokens.Add(Quoted(text, ref at));
            }
            else if (char.IsAsciiLetter(first) || first == '_')
            {
                var start = at;
                while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
                {
                    at++;
                }

                tokens.Add(new CelToken(CelTokenKind.Name, text[start..at]));
            }
            else if (char.IsAsciiDigit(first))
            {
                tokens.Add(Number(text, ref at));
            }
            else
            {
                var sign = Array.Find(Signs, sign => text.AsSpan(at).StartsWith(sign)) ?? throw new CelException(string.Create(CultureInfo.InvariantCulture, $"Unexpected character '{first}' at {at}"));
                tokens.Add(new CelToken(CelTokenKind.Sign, sign));
                at += sign.Length;
            }
        }

        tokens.Add(new CelToken(CelTokenKind.End, ""));
        return tokens;
    }

    private static CelToken Number(string text, ref int at)
    {
        var start = at;
        var isHex = text.AsSpan(at).StartsWith("0x");
        at += isHex ? 2 : 0;
        while (at < text.Length && (char.IsAsciiHexDigit(text[at]) && (isHex || char.IsAsciiDigit(text[at]) || text[at] is 'e' or 'E')
            || (!isHex && text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])) || (!isHex && text[at] is '+' or '-' && text[at - 1] is 'e' or 'E')))
        {
            at++;
        }

        var digits = text[start..at];
        if (at < text.Length && text[at] is 'u' or 'U')
        {
            at++;
        }

        return isHex
            ? new CelToken(CelTokenKind.Integer, long.Parse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture))
            : new CelToken(digits.All(char.IsAsciiDigit) ? CelTokenKind.Integer : CelTokenKind.Number, digits);
    }

    private static CelToken Quoted(string text, ref int at)
    {
        var isRaw = text[at] is 'r' or 'R';
        at += isRaw ? 1 : 0;
        var quote = text[at++];
        var result = new StringBuilder();
        for (; at < text.Length && text[at] != quote; at++)
        {
            if (text[at] != '\\' || isRaw || at + 1 >= text.Length)
            {
                result.Append(text[at]);
                continue;
            }

            at++;
            result.Append(text[at] switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'a' => '\a',
                'b' => '\b',
                'f' => '\f',
                'v' => '\v',
                '\\' or '\'' or '"' or '`' or '?' => text[at],
                _ => throw new CelException($"The escape \\{text[at]} is not understood"),
            });
        }

        return at++ < text.Length ? new CelToken(CelTokenKind.Text, result.ToString()) : throw new CelException("A text is not closed");
    }
}
