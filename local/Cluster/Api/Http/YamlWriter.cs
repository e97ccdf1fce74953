using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Api.Http;

/// <summary>JSON as the YAML that upstream's serializer gives: keys sorted, two spaces, sequences not indented, long plain scalars folded.</summary>
internal static partial class YamlWriter
{
    private const int BestWidth = 80;

    public static string Write(JsonNode? node)
    {
        var output = new StringBuilder();
        WriteValue(output, node, 0, inSequence: false);
        return output.ToString();
    }

    private static void WriteValue(StringBuilder output, JsonNode? node, int indent, bool inSequence)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } value:
                var first = true;
                foreach (var (name, child) in value.OrderBy(property => property.Key, StringComparer.Ordinal))
                {
                    if (!(first && inSequence))
                    {
                        output.Append(' ', indent);
                    }

                    first = false;
                    var key = Scalar(name, indent, indent);
                    output.Append(key).Append(':');
                    WriteChild(output, child, indent, indent + key.Length + 2);
                }

                break;
            case JsonArray { Count: > 0 } array:
                foreach (var child in array)
                {
                    output.Append(' ', indent).Append("- ");
                    WriteValue(output, child, indent + 2, inSequence: true);
                }

                break;
            default:
                output.Append(Inline(node, indent, indent)).Append('\n');
                break;
        }
    }

    private static void WriteChild(StringBuilder output, JsonNode? child, int indent, int column)
    {
        switch (child)
        {
            case JsonObject { Count: > 0 }:
                output.Append('\n');
                WriteValue(output, child, indent + 2, inSequence: false);
                break;
            case JsonArray { Count: > 0 }:
                output.Append('\n');
                WriteValue(output, child, indent, inSequence: false);
                break;
            default:
                output.Append(' ').Append(Inline(child, indent, column)).Append('\n');
                break;
        }
    }

    private static string Inline(JsonNode? node, int indent, int column) => node switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String => Scalar(scalar.GetValue<string>(), indent, column),
        _ => node.ToJsonString(),
    };

    private static string Scalar(string text, int indent, int column)
    {
        if (text.Contains('\n') && !text.Any(symbol => char.IsControl(symbol) && symbol is not ('\n' or '\t')))
        {
            return Block(text, indent);
        }

        if (text.Length == 0 || text.Any(char.IsControl))
        {
            return text.Length == 0 ? "\"\"" : JsonSerializer.Serialize(text);
        }

        if (LooksLikeOther().IsMatch(text))
        {
            return $"\"{text}\"";
        }

        return PlainScalar().IsMatch(text) && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal) && text[^1] is not (' ' or ':')
            ? Fold(text, indent, column)
            : $"'{Fold(text.Replace("'", "''", StringComparison.Ordinal), indent, column + 1)}'";
    }

    private static string Block(string text, int indent)
    {
        var chomping = text.EndsWith("\n\n", StringComparison.Ordinal) ? "+" : text.EndsWith('\n') ? "" : "-";
        var body = new StringBuilder("|").Append(chomping);
        foreach (var line in (chomping == "-" ? text : text[..^1]).Split('\n'))
        {
            body.Append('\n');
            if (line.Length > 0)
            {
                body.Append(' ', indent + 2).Append(line);
            }
        }

        return body.ToString();
    }

    private static string Fold(string text, int indent, int start)
    {
        if (text.Length + start < BestWidth)
        {
            return text;
        }

        var (output, column) = (new StringBuilder(), start);
        foreach (var word in text.Split(' '))
        {
            if (output.Length > 0)
            {
                if (column > BestWidth)
                {
                    output.Append('\n').Append(' ', indent + 2);
                    column = indent + 2;
                }
                else
                {
                    output.Append(' ');
                    column++;
                }
            }

            output.Append(word);
            column += word.Length;
        }

        return output.ToString();
    }

    /// <summary>Texts that a reader would take for a number, a boolean, a null or a time.</summary>
    [GeneratedRegex(@"\A(~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF|[-+]?[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|[-+]?\.[0-9]+([eE][-+]?[0-9]+)?|0x[0-9a-fA-F_]+|0o?[0-7_]+|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|\d{4}-\d\d?-\d\d?([Tt ].*)?|<<|=)\z")]
    private static partial Regex LooksLikeOther();

    [GeneratedRegex(@"\A([^-?:,\[\]{}#&*!|>'""%@` \t]|[-?:](?=[^ \t]))")]
    private static partial Regex PlainScalar();
}
