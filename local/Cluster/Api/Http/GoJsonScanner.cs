using System.Text;

namespace Scalelab.Cluster.Api.Http;

/// <summary>Finds the first place where a text is not JSON, and says so in the words of Go's encoding/json.</summary>
internal ref struct GoJsonScanner
{
    private const string UnexpectedEnd = "unexpected end of JSON input";
    private readonly ReadOnlySpan<byte> _text;
    private int _position;
    private string? _error;

    private GoJsonScanner(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>Null when the text is one JSON value.</summary>
    public static string? FirstError(ReadOnlySpan<byte> text)
    {
        var scanner = new GoJsonScanner(text);
        scanner.SkipSpace();
        if (!scanner.Value(0))
        {
            return scanner._error;
        }

        scanner.SkipSpace();
        return scanner._position < text.Length ? scanner.Invalid("after top-level value") : null;
    }

    private bool Value(int depth)
    {
        if (depth > 10000)
        {
            _error = "exceeded max depth";
            return false;
        }

        if (_position >= _text.Length)
        {
            return Fail(UnexpectedEnd);
        }

        switch (_text[_position])
        {
            case (byte)'{':
                return Object(depth);
            case (byte)'[':
                return Array(depth);
            case (byte)'"':
                return Text();
            case (byte)'t':
                return Literal("true");
            case (byte)'f':
                return Literal("false");
            case (byte)'n':
                return Literal("null");
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                return Number();
            default:
                return Fail(Invalid("looking for beginning of value"));
        }
    }

    private bool Object(int depth)
    {
        _position++;
        SkipSpace();
        if (Take('}'))
        {
            return true;
        }

        while (true)
        {
            if (_position >= _text.Length)
            {
                return Fail(UnexpectedEnd);
            }

            if (_text[_position] != '"')
            {
                return Fail(Invalid("looking for beginning of object key string"));
            }

            if (!Text())
            {
                return false;
            }

            SkipSpace();
            if (!Take(':'))
            {
                return Fail(Invalid("after object key"));
            }

            SkipSpace();
            if (!Value(depth + 1))
            {
                return false;
            }

            SkipSpace();
            if (Take('}'))
            {
                return true;
            }

            if (!Take(','))
            {
                return Fail(Invalid("after object key:value pair"));
            }

            SkipSpace();
        }
    }

    private bool Array(int depth)
    {
        _position++;
        SkipSpace();
        if (Take(']'))
        {
            return true;
        }

        while (true)
        {
            if (!Value(depth + 1))
            {
                return false;
            }

            SkipSpace();
            if (Take(']'))
            {
                return true;
            }

            if (!Take(','))
            {
                return Fail(Invalid("after array element"));
            }

            SkipSpace();
        }
    }

    private bool Text()
    {
        _position++;
        while (_position < _text.Length)
        {
            var symbol = _text[_position];
            if (symbol == '"')
            {
                _position++;
                return true;
            }

            if (symbol < 0x20)
            {
                return Fail(Invalid("in string literal"));
            }

            if (symbol == '\\')
            {
                _position++;
                if (_position >= _text.Length)
                {
                    break;
                }

                if (_text[_position] == 'u')
                {
                    for (var digit = 0; digit < 4; digit++)
                    {
                        _position++;
                        if (_position >= _text.Length)
                        {
                            return Fail(UnexpectedEnd);
                        }

                        if (!char.IsAsciiHexDigit((char)_text[_position]))
                        {
                            return Fail(Invalid("in \\u hexadecimal character escape"));
                        }
                    }
                }
                else if ("\"\\/bfnrt".IndexOf((char)_text[_position], StringComparison.Ordinal) < 0)
                {
                    return Fail(Invalid("in string escape code"));
                }
            }

            _position++;
        }

        return Fail(UnexpectedEnd);
    }

    private bool Literal(string word)
    {
        for (var index = 1; index < word.Length; index++)
        {
            _position++;
            if (_position >= _text.Length)
            {
                return Fail(UnexpectedEnd);
            }

            if (_text[_position] != word[index])
            {
                return Fail(Invalid($"in literal {word} (expecting '{word[index]}')"));
            }
        }

        _position++;
        return true;
    }

    private bool Number()
    {
        Take('-');
        if (_position >= _text.Length)
        {
            return Fail(UnexpectedEnd);
        }

        if (!Take('0') && !Digits())
        {
            return Fail(Invalid("in numeric literal"));
        }

        if (Take('.') && !Digits())
        {
            return Fail(_position >= _text.Length ? UnexpectedEnd : Invalid("after decimal point in numeric literal"));
        }

        if (Take('e') || Take('E'))
        {
            _ = Take('+') || Take('-');
            if (!Digits())
            {
                return Fail(_position >= _text.Length ? UnexpectedEnd : Invalid("in exponent of numeric literal"));
            }
        }

        return true;
    }

    private bool Digits()
    {
        var start = _position;
        while (_position < _text.Length && char.IsAsciiDigit((char)_text[_position]))
        {
            _position++;
        }

        return _position > start;
    }

    private bool Take(char symbol)
    {
        if (_position < _text.Length && _text[_position] == symbol)
        {
            _position++;
            return true;
        }

        return false;
    }

    private void SkipSpace()
    {
        while (_position < _text.Length && _text[_position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            _position++;
        }
    }

    private bool Fail(string error)
    {
        _error = error;
        return false;
    }

    private readonly string Invalid(string where)
    {
        if (_position >= _text.Length)
        {
            return UnexpectedEnd;
        }

        var symbol = (char)_text[_position];
        var quoted = symbol switch
        {
            '\'' => "'\\''",
            '"' => "'\"'",
            '\\' => "'\\\\'",
            '\n' => "'\\n'",
            '\r' => "'\\r'",
            '\t' => "'\\t'",
            < ' ' => $"'\\x{(int)symbol:x2}'",
            > '~' => $"'{Encoding.Latin1.GetString([(byte)symbol])}'",
            _ => $"'{symbol}'",
        };
        return $"invalid character {quoted} {where}";
    }
}
