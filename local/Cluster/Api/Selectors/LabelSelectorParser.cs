using System.Collections.Immutable;
using System.Globalization;
using Scalelab.Cluster.Api.Kinds;

namespace Scalelab.Cluster.Api.Selectors;

/// <summary>Recursive descent over the grammar of label selectors; each message is the one that apimachinery's parser gives.</summary>
internal sealed class LabelSelectorParser
{
    private readonly List<(TokenKind Kind, string Text)> _tokens;
    private int _position;

    public LabelSelectorParser(string text) => _tokens = Scan(text);

    private enum TokenKind
    {
        End,
        OpenParenthesis,
        CloseParenthesis,
        Comma,
        DoesNotExist,
        Equal,
        DoubleEqual,
        NotEqual,
        GreaterThan,
        LessThan,
        In,
        NotIn,
        Identifier,
    }

    private (TokenKind Kind, string Text) Current => _tokens[_position];

    public LabelSelector Parse()
    {
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        while (true)
        {
            var (kind, text) = Current;
            switch (kind)
            {
                case TokenKind.Identifier or TokenKind.In or TokenKind.NotIn or TokenKind.DoesNotExist:
                    requirements.Add(ParseRequirement());
                    var (separator, found) = Current;
                    if (separator == TokenKind.End)
                    {
                        return new LabelSelector(requirements.ToImmutable());
                    }

                    if (separator != TokenKind.Comma)
                    {
                        throw ApiErrors.BadRequest($"found '{found}', expected: ',' or 'end of string'");
                    }

                    _position++;
                    if (Current.Kind is not (TokenKind.Identifier or TokenKind.In or TokenKind.NotIn or TokenKind.DoesNotExist))
                    {
                        throw ApiErrors.BadRequest($"found '{Current.Text}', expected: identifier after ','");
                    }

                    break;
                case TokenKind.End:
                    return new LabelSelector(requirements.ToImmutable());
                default:
                    throw ApiErrors.BadRequest($"found '{text}', expected: !, identifier, or 'end of string'");
            }
        }
    }

    private LabelRequirement ParseRequirement()
    {
        var negated = Current.Kind == TokenKind.DoesNotExist;
        if (negated)
        {
            _position++;
        }

        var (kind, key) = Current;
        if (kind is not (TokenKind.Identifier or TokenKind.In or TokenKind.NotIn))
        {
            throw Unparsable($"found '{key}', expected: identifier");
        }

        _position++;
        if (LabelRules.Key(key).ToList() is { Count: > 0 } problems)
        {
            throw Unparsable($"<nil>: Invalid value: \"{key}\": {string.Join("; ", problems)}");
        }

        if (negated)
        {
            return new LabelRequirement(key, LabelOperator.NotExists, []);
        }

        var (operation, text) = Current;
        if (operation is TokenKind.End or TokenKind.Comma)
        {
            return new LabelRequirement(key, LabelOperator.Exists, []);
        }

        _position++;
        var (parsed, values) = operation switch
        {
            TokenKind.In => (LabelOperator.In, ParseValues()),
            TokenKind.NotIn => (LabelOperator.NotIn, ParseValues()),
            TokenKind.Equal or TokenKind.DoubleEqual => (LabelOperator.In, ParseExactValue()),
            TokenKind.NotEqual => (LabelOperator.NotIn, ParseExactValue()),
            TokenKind.GreaterThan => (LabelOperator.GreaterThan, ParseExactValue()),
            TokenKind.LessThan => (LabelOperator.LessThan, ParseExactValue()),
            _ => throw Unparsable($"found '{text}', expected: in, notin, =, ==, !=, gt, lt"),
        };
        if (parsed is LabelOperator.GreaterThan or LabelOperator.LessThan && !long.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            throw Unparsable($"values[0]: Invalid value: \"{values[0]}\": for 'Gt', 'Lt' operators, the value must be an integer");
        }

        for (var index = 0; index < values.Length; index++)
        {
            if (LabelRules.Value(values[index]).ToList() is { Count: > 0 } bad)
            {
                throw Unparsable($"values[{index}][{key}]: Invalid value: \"{values[index]}\": {string.Join("; ", bad)}");
            }
        }

        return new LabelRequirement(key, parsed, values);
    }

    private ImmutableArray<string> ParseValues()
    {
        if (Current.Kind != TokenKind.OpenParenthesis)
        {
            throw Unparsable($"found '{Current.Text}' expected: '('");
        }

        _position++;
        var values = ImmutableArray.CreateBuilder<string>();
        if (Current.Kind == TokenKind.CloseParenthesis)
        {
            _position++;
            return [""];
        }

        // An empty place between commas or parentheses is the empty value.
        var expectsValue = true;
        while (true)
        {
            var (kind, text) = Current;
            switch (kind)
            {
                case TokenKind.Identifier or TokenKind.In or TokenKind.NotIn when expectsValue:
                    values.Add(text);
                    expectsValue = false;
                    break;
                case TokenKind.Comma:
                    if (expectsValue)
                    {
                        values.Add("");
                    }

                    expectsValue = true;
                    break;
                case TokenKind.CloseParenthesis:
                    if (expectsValue)
                    {
                        values.Add("");
                    }

                    _position++;
                    return [.. values.Distinct()];
                default:
                    throw Unparsable(expectsValue ? $"found '{text}', expected: ',', ')' or identifier" : $"found '{text}', expected: ',' or ')'");
            }

            _position++;
        }
    }

    private ImmutableArray<string> ParseExactValue()
    {
        var (kind, text) = Current;
        if (kind is TokenKind.End or TokenKind.Comma)
        {
            return [""];
        }

        if (kind is TokenKind.Identifier or TokenKind.In or TokenKind.NotIn)
        {
            _position++;
            return [text];
        }

        throw Unparsable($"found '{text}', expected: identifier");
    }

    private static ApiException Unparsable(string problem) => ApiErrors.BadRequest("unable to parse requirement: " + problem);

    private static List<(TokenKind Kind, string Text)> Scan(string text)
    {
        var tokens = new List<(TokenKind, string)>();
        var index = 0;
        while (index < text.Length)
        {
            var symbol = text[index];
            if (symbol is ' ' or '\t' or '\r' or '\n')
            {
                index++;
            }
            else if (IsSpecial(symbol))
            {
                var (kind, length) = (symbol, index + 1 < text.Length ? text[index + 1] : '\0') switch
                {
                    ('=', '=') => (TokenKind.DoubleEqual, 2),
                    ('!', '=') => (TokenKind.NotEqual, 2),
                    ('=', _) => (TokenKind.Equal, 1),
                    ('!', _) => (TokenKind.DoesNotExist, 1),
                    ('(', _) => (TokenKind.OpenParenthesis, 1),
                    (')', _) => (TokenKind.CloseParenthesis, 1),
                    (',', _) => (TokenKind.Comma, 1),
                    ('>', _) => (TokenKind.GreaterThan, 1),
                    _ => (TokenKind.LessThan, 1),
                };
                tokens.Add((kind, text.Substring(index, length)));
                index += length;
            }
            else
            {
                var start = index;
                while (index < text.Length && !IsSpecial(text[index]) && text[index] is not (' ' or '\t' or '\r' or '\n'))
                {
                    index++;
                }

                var word = text[start..index];
                tokens.Add((word switch { "in" => TokenKind.In, "notin" => TokenKind.NotIn, _ => TokenKind.Identifier }, word));
            }
        }

        tokens.Add((TokenKind.End, ""));
        return tokens;
    }

    private static bool IsSpecial(char symbol) => symbol is '=' or '!' or '(' or ')' or ',' or '>' or '<';
}
