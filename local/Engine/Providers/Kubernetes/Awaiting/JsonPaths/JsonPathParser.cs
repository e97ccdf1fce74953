using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Filter = System.Func<System.Text.Json.Nodes.JsonNode?, System.Text.Json.Nodes.JsonNode?, bool>;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting.JsonPaths;

/// <summary>Reads queries, by descent.</summary>
internal sealed class JsonPathParser(string text)
{
    private int _position;

    /// <exception cref="FormatException">The text is no query.</exception>
    public JsonPath Parse()
    {
        Skip();
        Take('$');
        var path = new JsonPath(Segments());
        Skip();
        return _position == text.Length && text.Length > 0 ? path : throw Wrong("a segment, such as .name or [0]");
    }

    private char Next => _position < text.Length ? text[_position] : '\0';

    private List<Segment> Segments()
    {
        var segments = new List<Segment>();
        while (true)
        {
            if (Take(".."))
            {
                segments.Add(new Segment(Next == '[' ? Bracket() : [NameOrWildcard()], IsDescendant: true));
            }
            else if (Take('.'))
            {
                segments.Add(new Segment([NameOrWildcard()], IsDescendant: false));
            }
            else if (Next == '[')
            {
                segments.Add(new Segment(Bracket(), IsDescendant: false));
            }
            else
            {
                return segments;
            }
        }
    }

    private ISelector NameOrWildcard()
    {
        if (Take('*'))
        {
            return new WildcardSelector();
        }

        var name = new StringBuilder();
        while (char.IsLetterOrDigit(Next) || Next is '_' or '-' or '/' or '\\' || char.IsSurrogate(Next))
        {
            if (Take('\\') && _position == text.Length)
            {
                throw Wrong("a character behind the backslash");
            }

            name.Append(Next);
            _position++;
        }

        return name.Length > 0 ? new NameSelector(name.ToString()) : throw Wrong("a name");
    }

    private List<ISelector> Bracket()
    {
        Expect('[');
        var selectors = new List<ISelector>();
        do
        {
            Skip();
            selectors.Add(Selector());
            Skip();
        }
        while (Take(','));
        Expect(']');
        return selectors;
    }

    private ISelector Selector()
    {
        if (Take('*'))
        {
            return new WildcardSelector();
        }

        if (Take('?'))
        {
            return new FilterSelector(Or());
        }

        if (Next is '\'' or '"')
        {
            return new NameSelector(Quoted());
        }

        var start = Integer();
        Skip();
        if (!Take(':'))
        {
            return new IndexSelector(start ?? throw Wrong("a name in quotes, an index, * or a filter"));
        }

        Skip();
        var end = Integer();
        Skip();
        var step = Take(':') ? Integer() : null;
        return new SliceSelector(start, end, step ?? 1);
    }

    private Filter Or()
    {
        var left = And();
        while (Operator("||"))
        {
            var (a, b) = (left, And());
            left = (node, root) => a(node, root) || b(node, root);
        }

        return left;
    }

    private Filter And()
    {
        var left = Basic();
        while (Operator("&&"))
        {
            var (a, b) = (left, Basic());
            left = (node, root) => a(node, root) && b(node, root);
        }

        return left;
    }

    private Filter Basic()
    {
        Skip();
        if (Next == '!' && !text.AsSpan(_position).StartsWith("!="))
        {
            _position++;
            var negated = Basic();
            return (node, root) => !negated(node, root);
        }

        if (Take('('))
        {
            var inner = Or();
            Skip();
            Expect(')');
            return inner;
        }

        var left = ReadOperand();
        Skip();
        if (Comparisons.Names.FirstOrDefault(Operator) is not { } name)
        {
            return left.Exists;
        }

        return Comparisons.Of(name, left, ReadOperand());
    }

    private Operand ReadOperand()
    {
        Skip();
        switch (Next)
        {
            case '@':
                _position++;
                return new Operand(new JsonPath(Segments()), FromRoot: false, Literal: null);
            case '$':
                _position++;
                return new Operand(new JsonPath(Segments()), FromRoot: true, Literal: null);
            case '\'' or '"':
                return new Operand(Path: null, FromRoot: false, JsonValue.Create(Quoted()));
            case '-' or (>= '0' and <= '9'):
                return new Operand(Path: null, FromRoot: false, JsonValue.Create(Number()));
        }

        if (Take("true") || Take("false"))
        {
            return new Operand(Path: null, FromRoot: false, JsonValue.Create(text[_position - 2] == 'u'));
        }

        return Take("null") ? new Operand(Path: null, FromRoot: false, Literal: null) : throw Wrong("@, $, a text in quotes, a number, true, false or null");
    }

    private string Quoted()
    {
        var quote = Next;
        _position++;
        var value = new StringBuilder();
        while (Next != quote)
        {
            if (_position >= text.Length)
            {
                throw Wrong($"a closing {quote}");
            }

            if (Take('\\') && _position >= text.Length)
            {
                throw Wrong("a character behind the backslash");
            }

            value.Append(Next);
            _position++;
        }

        _position++;
        return value.ToString();
    }

    private int? Integer()
    {
        var start = _position;
        Take('-');
        while (char.IsAsciiDigit(Next))
        {
            _position++;
        }

        if (start == _position)
        {
            return null;
        }

        return int.TryParse(text.AsSpan(start, _position - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Wrong("an index within reach");
    }

    private double Number()
    {
        var start = _position;
        while (char.IsAsciiDigit(Next) || Next is '-' or '+' or '.' or 'e' or 'E')
        {
            _position++;
        }

        return double.TryParse(text.AsSpan(start, _position - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong("a number");
    }

    private bool Operator(string name)
    {
        Skip();
        return Take(name);
    }

    private bool Take(char character)
    {
        var taken = Next == character && _position < text.Length;
        _position += taken ? 1 : 0;
        return taken;
    }

    private bool Take(string word)
    {
        var taken = text.AsSpan(_position).StartsWith(word);
        _position += taken ? word.Length : 0;
        return taken;
    }

    private void Expect(char character)
    {
        if (!Take(character))
        {
            throw Wrong($"'{character}'");
        }
    }

    private void Skip()
    {
        while (char.IsWhiteSpace(Next))
        {
            _position++;
        }
    }

    private FormatException Wrong(string expected) => new($"at character {_position + 1} of \"{text}\" stands {(_position < text.Length ? $"'{Next}'" : "the end")} where {expected} is expected.");
}
