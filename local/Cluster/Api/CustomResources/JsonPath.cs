using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>
/// The paths of printer columns and selectable fields: members, indexes, wildcards and filters such as
/// <c>.status.conditions[?(@.type=="Ready")].status</c>. What cannot be read finds nothing.
/// </summary>
internal sealed class JsonPath
{
    private readonly List<Func<IEnumerable<JsonNode?>, IEnumerable<JsonNode?>>> _steps = [];
    private readonly string _text;
    private int _at;

    private JsonPath(string text) => _text = text;

    public static JsonPath Parse(string text)
    {
        var path = new JsonPath(text);
        path.Steps();
        return path;
    }

    /// <summary>The first value found; null where there is none.</summary>
    public JsonNode? First(JsonNode? root) => _steps.Aggregate((IEnumerable<JsonNode?>)[root], (found, step) => step(found)).FirstOrDefault();

    private static IEnumerable<JsonNode?> Children(JsonNode? node) => node switch
    {
        JsonObject members => members.Select(member => member.Value),
        JsonArray items => items,
        _ => [],
    };

    private static IEnumerable<JsonNode?> Named(JsonNode? node, string name) => node is JsonObject members && members.TryGetPropertyValue(name, out var value) ? [value] : [];

    private static IEnumerable<JsonNode?> Descendants(JsonNode? node) => Children(node).SelectMany(Descendants).Prepend(node);

    private void Steps()
    {
        while (_at < _text.Length)
        {
            switch (_text[_at])
            {
                case '$' or '{' or '}':
                    _at++;
                    break;
                case '.' when _at + 1 < _text.Length && _text[_at + 1] == '.':
                    _at++;
                    _steps.Add(found => found.SelectMany(Descendants));
                    break;
                case '.':
                    _at++;
                    Member();
                    break;
                case '[':
                    _at++;
                    Bracket(Until(']'));
                    break;
                default:
                    Member();
                    break;
            }
        }
    }

    private void Member()
    {
        var name = "";
        for (; _at < _text.Length && _text[_at] is not ('.' or '[' or '}'); _at++)
        {
            // A dot in a name is written with a backslash.
            if (_text[_at] == '\\' && _at + 1 < _text.Length)
            {
                _at++;
            }

            name += _text[_at];
        }

        if (name == "*")
        {
            _steps.Add(found => found.SelectMany(Children));
        }
        else if (name.Length > 0)
        {
            _steps.Add(found => found.SelectMany(node => Named(node, name)));
        }
    }

    private string Until(char end)
    {
        var (start, quote) = (_at, '\0');
        for (; _at < _text.Length && (quote != '\0' || _text[_at] != end); _at++)
        {
            quote = _text[_at] is '\'' or '"' ? quote == '\0' ? _text[_at] : quote == _text[_at] ? '\0' : quote : quote;
        }

        return _text[start..Math.Min(_text.Length, _at++)];
    }

    private void Bracket(string inner)
    {
        if (inner == "*")
        {
            _steps.Add(found => found.SelectMany(Children));
        }
        else if (inner.StartsWith("?(", StringComparison.Ordinal) && inner.EndsWith(')'))
        {
            var filter = Filter(inner[2..^1]);
            _steps.Add(found => found.SelectMany(Children).Where(filter));
        }
        else if (int.TryParse(inner, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
        {
            _steps.Add(found => found.SelectMany(node => node is JsonArray items && (index < 0 ? index + items.Count : index) is var at && at >= 0 && at < items.Count ? [items[at]] : Array.Empty<JsonNode?>()));
        }
        else
        {
            var name = inner.Trim('\'', '"');
            _steps.Add(found => found.SelectMany(node => Named(node, name)));
        }
    }

    private static Func<JsonNode?, bool> Filter(string condition)
    {
        foreach (var sign in (ReadOnlySpan<string>)["==", "!=", "<=", ">=", "<", ">"])
        {
            var at = condition.IndexOf(sign, StringComparison.Ordinal);
            if (at > 0)
            {
                var (left, right) = (Operand(condition[..at].Trim()), Operand(condition[(at + sign.Length)..].Trim()));
                return node => Holds(left(node), sign, right(node));
            }
        }

        var exists = Operand(condition.Trim());
        return node => exists(node) is not null;
    }

    private static Func<JsonNode?, JsonNode?> Operand(string text)
    {
        if (text.StartsWith('@'))
        {
            var path = Parse(text[1..]);
            return path.First;
        }

        JsonNode? constant;
        try
        {
            constant = text.StartsWith('\'') ? JsonValue.Create(text.Trim('\'')) : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            constant = null;
        }

        return _ => constant;
    }

    private static bool Holds(JsonNode? left, string sign, JsonNode? right)
    {
        if (left is null || right is null)
        {
            return false;
        }

        if (sign is "==" or "!=")
        {
            return JsonNode.DeepEquals(left, right) == (sign == "==");
        }

        var order = left.GetValueKind() == JsonValueKind.Number && right.GetValueKind() == JsonValueKind.Number
            ? double.Parse(left.ToJsonString(), CultureInfo.InvariantCulture).CompareTo(double.Parse(right.ToJsonString(), CultureInfo.InvariantCulture))
            : string.CompareOrdinal(left.ToString(), right.ToString());
        return sign switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
    }
}
