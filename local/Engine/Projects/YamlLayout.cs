using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Scalelab.Engine.Projects;

/// <summary>Where the nodes of a YAML text stand, and the text with one of them replaced, added or removed in the style around it.</summary>
internal sealed class YamlLayout
{
    private const int IndentSize = 2;

    private readonly string _text;
    private readonly string _lineEnd;
    private readonly List<int> _lines = [0];

    public YamlLayout(string text)
    {
        _text = text;
        _lineEnd = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                _lines.Add(i + 1);
            }
        }
    }

    /// <summary>Puts a value in the place of another.</summary>
    /// <param name="nodes">From the root to the value that goes.</param>
    /// <param name="part">Its name or index.</param>
    /// <param name="value">The new value as YAML on one line.</param>
    /// <param name="isSecret">Whether the value goes below <c>secure</c>.</param>
    public string Replace(IReadOnlyList<YamlNode> nodes, object part, string value, bool isSecret)
    {
        var parent = nodes[^2];
        var (start, end) = part is string name ? ValueOf(KeyOf((YamlMappingNode)parent, name), nodes[^1]) : (Start(nodes[^1]), EndOf(nodes[^1]));
        var isFlow = part is int || nodes.Take(nodes.Count - 1).Any(IsFlow);
        var space = part is int ? "" : " ";
        return Splice(start, end, isFlow || !isSecret ? space + Flow(value, isSecret) : BlockSecret(Column((YamlMappingNode)parent), value));
    }

    /// <summary>Adds a value to a mapping, or to the end of a list.</summary>
    /// <param name="nodes">From the root to what gets the value.</param>
    /// <param name="part">The value's name or index.</param>
    /// <param name="value">The value as YAML on one line.</param>
    /// <param name="isSecret">Whether the value goes below <c>secure</c>.</param>
    public string Insert(IReadOnlyList<YamlNode> nodes, object part, string value, bool isSecret)
    {
        var container = nodes[^1];
        var entry = part is string name ? $"{YamlText.OfText(name)}: {Flow(value, isSecret)}" : Flow(value, isSecret);
        var children = Children(container);
        if (nodes.Count > 1 && children.Count == 0 && !nodes.Take(nodes.Count - 1).Any(IsFlow))
        {
            return InsertFirst(nodes, part, value, isSecret);
        }

        if (IsFlow(container) || children.Count == 0 && nodes.Count > 1)
        {
            return children.Count > 0
                ? Splice(EndOf(children[^1]), EndOf(children[^1]), $", {entry}")
                : Splice(Start(container), EndOf(container), part is string ? $"{{ {entry} }}" : $"[ {entry} ]");
        }

        var column = children.Count == 0 ? 0 : container is YamlMappingNode mapping ? Column(mapping) : DashOf(children[0]) - LineStart(DashOf(children[0]));
        var line = part is string key ? Block(column, key, value, isSecret) : $"- {entry}";
        var end = children.Count == 0 ? _text.Length : LineEnd(EndOf(children[^1]));
        var needsBreak = end > 0 && _text[end - 1] != '\n';
        return Splice(end, end, $"{(needsBreak ? _lineEnd : "")}{Spaces(column)}{line}{(end == _text.Length ? _lineEnd : "")}");
    }

    /// <summary>Takes a value away, with its name.</summary>
    /// <param name="nodes">From the root to the value.</param>
    /// <param name="parts">Their names and indexes.</param>
    public string Remove(IReadOnlyList<YamlNode> nodes, IReadOnlyList<object> parts)
    {
        var parent = nodes[^2];
        var children = Children(parent);
        var index = children.FindIndex(child => ReferenceEquals(child, nodes[^1]));
        if (children.Count == 1)
        {
            var empty = parent is YamlMappingNode ? "{}" : "[]";
            var (from, to) = parts[^2] is string name ? ValueOf(KeyOf((YamlMappingNode)nodes[^3], name), parent) : (Start(parent), EndOf(parent));
            return Splice(from, to, parts[^2] is string ? $" {empty}" : empty);
        }

        var start = EntryStart(parent, index);
        if (IsFlow(parent) || nodes.Take(nodes.Count - 1).Any(IsFlow))
        {
            return index + 1 < children.Count
                ? Splice(start, EntryStart(parent, index + 1), "")
                : Splice(EndOf(children[index - 1]), EndOf(children[index]), "");
        }

        // The first entry of a list's item shares its line with the dash.
        return _text[LineStart(start)..start].Trim().Length > 0 && index + 1 < children.Count
            ? Splice(start, EntryStart(parent, index + 1), "")
            : Splice(LineStart(start), NextLine(EndOf(children[index])), "");
    }

    private static List<YamlNode> Children(YamlNode node) => node switch
    {
        YamlMappingNode mapping => [.. mapping.Children.Select(child => child.Value)],
        YamlSequenceNode sequence => [.. sequence.Children],
        _ => [],
    };

    private static bool IsFlow(YamlNode node) => node is YamlMappingNode { Style: MappingStyle.Flow } or YamlSequenceNode { Style: SequenceStyle.Flow };

    private static string Flow(string value, bool isSecret) => isSecret ? $"{{ secure: {value} }}" : value;

    private static string Spaces(int count) => new(' ', count);

    private static YamlNode KeyOf(YamlMappingNode mapping, string name) => mapping.Children.First(child => child.Key is YamlScalarNode key && key.Value == name).Key;

    private string Block(int column, string key, string value, bool isSecret) =>
        $"{YamlText.OfText(key)}:{(isSecret ? BlockSecret(column, value) : $" {value}")}";

    private string BlockSecret(int column, string value) => $"{_lineEnd}{Spaces(column + IndentSize)}secure: {value}";

    // The value was empty, as '{}', '[]' or nothing at all: it becomes a block below its name.
    private string InsertFirst(IReadOnlyList<YamlNode> nodes, object part, string value, bool isSecret)
    {
        var parent = nodes[^2];
        var container = nodes[^1];
        if (parent is not YamlMappingNode mapping)
        {
            var entry = part is string name ? $"{{ {YamlText.OfText(name)}: {Flow(value, isSecret)} }}" : $"[ {Flow(value, isSecret)} ]";
            return Splice(Start(container), EndOf(container), entry);
        }

        var key = mapping.Children.First(child => ReferenceEquals(child.Value, container)).Key;
        var (start, end) = ValueOf(key, container);
        var column = Column(mapping) + IndentSize;
        var line = part is string child ? Block(column, child, value, isSecret) : $"- {Flow(value, isSecret)}";
        return Splice(start, end, $"{_lineEnd}{Spaces(column)}{line}");
    }

    private string Splice(int start, int end, string text) => string.Concat(_text.AsSpan(0, start), text, _text.AsSpan(end));

    // From behind the colon to the end of the value.
    private (int Start, int End) ValueOf(YamlNode key, YamlNode value)
    {
        var start = _text.IndexOf(':', Offset(key.End)) + 1;
        return (start, Math.Max(start, IsEmpty(value) ? start : EndOf(value)));
    }

    private int EntryStart(YamlNode parent, int index) => parent switch
    {
        YamlMappingNode mapping => Offset(mapping.Children[index].Key.Start),
        YamlSequenceNode sequence when !IsFlow(sequence) => DashOf(sequence.Children[index]),
        _ => Offset(Children(parent)[index].Start),
    };

    private int DashOf(YamlNode item) => _text.LastIndexOf('-', Start(item) - 1);

    private static int Column(YamlMappingNode mapping) => mapping.Children.Count == 0 ? 0 : (int)mapping.Children[0].Key.Start.Column - 1;

    private static bool IsEmpty(YamlNode node) => node is YamlScalarNode { Value: null or "", Style: ScalarStyle.Plain };

    private int Start(YamlNode node) => Offset(node.Start);

    // Collections do not know where they end, and block scalars take the empty lines after them along.
    private int EndOf(YamlNode node)
    {
        var children = Children(node);
        if (IsFlow(node))
        {
            return Closing(children.Count > 0 ? EndOf(children[^1]) : Start(node) + 1);
        }

        if (children.Count > 0)
        {
            return node is YamlMappingNode mapping ? ValueOf(mapping.Children[^1].Key, children[^1]).End : EndOf(children[^1]);
        }

        var end = Offset(node.End);
        while (end > 0 && char.IsWhiteSpace(_text[end - 1]))
        {
            end--;
        }

        return end;
    }

    private int Closing(int from)
    {
        for (var i = from; i < _text.Length; i++)
        {
            if (_text[i] is '}' or ']')
            {
                return i + 1;
            }

            if (_text[i] == '#')
            {
                i = LineEnd(i);
            }
        }

        return _text.Length;
    }

    private int Offset(Mark mark) => Math.Min(_lines[Math.Min((int)mark.Line, _lines.Count) - 1] + (int)mark.Column - 1, _text.Length);

    private int LineStart(int offset) => offset == 0 ? 0 : _text.LastIndexOf('\n', offset - 1) + 1;

    // Before the line break.
    private int LineEnd(int offset)
    {
        var end = _text.IndexOf('\n', offset);
        return end < 0 ? _text.Length : end > 0 && _text[end - 1] == '\r' ? end - 1 : end;
    }

    private int NextLine(int offset) => _text.IndexOf('\n', offset) is var end and >= 0 ? end + 1 : _text.Length;
}
