using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Scalelab.Cluster.Api.Http;

/// <summary>Text of JSON as Go's decoder takes it: bytes and escapes that are no characters become U+FFFD, where .NET refuses them.</summary>
internal static class GoText
{
    /// <summary>The same bytes where they are UTF-8.</summary>
    public static ReadOnlyMemory<byte> Valid(ReadOnlyMemory<byte> bytes) => Utf8.IsValid(bytes.Span) ? bytes : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes.Span));

    /// <summary>The string or property name that a reader is at.</summary>
    public static string Read(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.GetString()!;
        }

        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unescape(Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    /// <summary>Half a surrogate pair is no character.</summary>
    private static string Unescape(string escaped)
    {
        var text = new StringBuilder(escaped.Length);
        for (var index = 0; index < escaped.Length; index++)
        {
            if (escaped[index] != '\\')
            {
                text.Append(escaped[index]);
                continue;
            }

            switch (escaped[++index])
            {
                case 'u':
                    text.Append((char)int.Parse(escaped.AsSpan(index + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    index += 4;
                    break;
                case var simple:
                    text.Append(simple switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => simple });
                    break;
            }
        }

        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
