using System.Collections.Immutable;
using System.Globalization;

namespace Scalelab.Cluster.Api.CustomResources.Cel;

/// <summary>
/// An expression of the Common Expression Language, read once and evaluated many times: operators, member access, the macros, and the
/// functions of <see cref="CelFunctions"/>. Messages, durations, timestamps and types are not part of it.
/// </summary>
internal sealed class CelExpression
{
    private static readonly string[][] BinaryLevels = [["||"], ["&&"], ["==", "!=", "<=", ">=", "<", ">", "in"], ["+", "-"], ["*", "/", "%"]];

    private readonly List<CelToken> _tokens;
    private readonly Evaluation _evaluate;
    private int _at;

    private CelExpression(string text)
    {
        _tokens = CelLexer.Read(text);
        _evaluate = Conditional();
        if (Next.Kind != CelTokenKind.End)
        {
            throw Unexpected();
        }
    }

    private delegate object? Evaluation(ImmutableDictionary<string, object?> scope);

    /// <summary>Whether the expression looks at the value before the change.</summary>
    public bool UsesOldSelf { get; private set; }

    private CelToken Next => _tokens[_at];

    /// <exception cref="CelException">The text is not understood.</exception>
    public static CelExpression Parse(string text) => new(text);

    /// <exception cref="CelException">There is no result, e.g. because a key is missing.</exception>
    public object? Evaluate(object? self, object? oldSelf) => _evaluate(ImmutableDictionary<string, object?>.Empty.Add("self", self).Add("oldSelf", oldSelf));

    private Evaluation Conditional()
    {
        var condition = Binary(0);
        if (!Take("?"))
        {
            return condition;
        }

        var whenTrue = Conditional();
        Expect(":");
        var whenFalse = Conditional();
        return scope => CelValues.AsBool(condition(scope)) ? whenTrue(scope) : whenFalse(scope);
    }

    private Evaluation Binary(int level)
    {
        if (level == BinaryLevels.Length)
        {
            return Unary();
        }

        var left = Binary(level + 1);
        while (BinaryLevels[level].FirstOrDefault(IsNext) is { } sign)
        {
            _at++;
            left = Combine(sign, left, Binary(level + 1));
        }

        return left;
    }

    private static Evaluation Combine(string sign, Evaluation left, Evaluation right) => sign switch
    {
        "||" => scope => Either(left, right, scope, decides: true),
        "&&" => scope => Either(left, right, scope, decides: false),
        "==" => scope => CelValues.AreEqual(left(scope), right(scope)),
        "!=" => scope => !CelValues.AreEqual(left(scope), right(scope)),
        "<" => scope => CelValues.Order(left(scope), right(scope)) < 0,
        "<=" => scope => CelValues.Order(left(scope), right(scope)) <= 0,
        ">" => scope => CelValues.Order(left(scope), right(scope)) > 0,
        ">=" => scope => CelValues.Order(left(scope), right(scope)) >= 0,
        "in" => scope => CelValues.Contains(right(scope), left(scope)),
        _ => scope => CelValues.Calculate(sign, left(scope), right(scope)),
    };

    /// <summary>Either side may decide alone, even when the other has no result.</summary>
    private static bool Either(Evaluation left, Evaluation right, ImmutableDictionary<string, object?> scope, bool decides)
    {
        bool first;
        try
        {
            first = CelValues.AsBool(left(scope));
        }
        catch (CelException) when (Decides(right, scope, decides))
        {
            return decides;
        }

        return first == decides ? decides : CelValues.AsBool(right(scope));
    }

    private static bool Decides(Evaluation side, ImmutableDictionary<string, object?> scope, bool decides)
    {
        try
        {
            return CelValues.AsBool(side(scope)) == decides;
        }
        catch (CelException)
        {
            return false;
        }
    }

    private Evaluation Unary()
    {
        if (Take("!"))
        {
            var operand = Unary();
            return scope => !CelValues.AsBool(operand(scope));
        }

        if (Take("-"))
        {
            var operand = Unary();
            return scope => operand(scope) switch { long number => (object)-number, double number => -number, _ => throw CelValues.NoOverload() };
        }

        return Postfix();
    }

    private Evaluation Postfix()
    {
        var value = Primary();
        while (true)
        {
            if (Take("["))
            {
                var (owner, index) = (value, Conditional());
                Expect("]");
                value = scope => CelValues.Index(owner(scope), index(scope));
            }
            else if (Take("."))
            {
                var (owner, name) = (value, Name());
                value = Take("(") ? Method(owner, name) : scope => CelValues.Field(owner(scope), Unescape(name));
            }
            else
            {
                return value;
            }
        }
    }

    private Evaluation Primary()
    {
        var token = Next;
        _at++;
        switch (token.Kind)
        {
            case CelTokenKind.Text:
                return _ => token.Text;
            case CelTokenKind.Integer:
                var whole = long.Parse(token.Text, CultureInfo.InvariantCulture);
                return _ => whole;
            case CelTokenKind.Number:
                var number = double.Parse(token.Text, CultureInfo.InvariantCulture);
                return _ => number;
            case CelTokenKind.Sign when token.Text == "(":
                var inner = Conditional();
                Expect(")");
                return inner;
            case CelTokenKind.Sign when token.Text == "[":
                var items = Arguments("]");
                return scope => items.Select(item => item(scope)).ToList();
            case CelTokenKind.Name:
                return Named(token.Text);
            default:
                _at--;
                throw Unexpected();
        }
    }

    private Evaluation Named(string name)
    {
        switch (name)
        {
            case "true" or "false":
                return _ => name == "true";
            case "null":
                return _ => null;
            case "has" when Take("("):
                return Has();
        }

        if (Take("("))
        {
            return Call(name, Arguments(")"));
        }

        UsesOldSelf |= name == "oldSelf";
        return scope => scope.TryGetValue(name, out var value) ? value : throw new CelException($"undeclared reference to '{name}'");
    }

    /// <summary><c>has(a.b)</c>: a's member b is there.</summary>
    private Evaluation Has()
    {
        var owner = Primary();
        string? last = null;
        while (Take(".") || IsNext("["))
        {
            if (last is not null)
            {
                var (above, field) = (owner, last);
                owner = scope => CelValues.Field(above(scope), Unescape(field));
            }

            if (Take("["))
            {
                var (above, index) = (owner, Conditional());
                Expect("]");
                owner = scope => CelValues.Index(above(scope), index(scope));
                last = null;
            }
            else
            {
                last = Name();
            }
        }

        Expect(")");
        var (parent, member) = (owner, last ?? throw new CelException("invalid argument to has() macro"));
        return scope => CelValues.Contains(parent(scope), Unescape(member));
    }

    private Evaluation Method(Evaluation owner, string name)
    {
        if (name is "all" or "exists" or "exists_one" or "existsOne" or "map" or "filter")
        {
            return Macro(owner, name);
        }

        return Call(name, [owner, .. Arguments(")")]);
    }

    private Evaluation Macro(Evaluation owner, string name)
    {
        var variable = Name();
        Expect(",");
        var body = Conditional();
        Evaluation? mapped = null;
        if (name == "map" && Take(","))
        {
            mapped = Conditional();
        }

        Expect(")");
        IEnumerable<ImmutableDictionary<string, object?>> Scopes(ImmutableDictionary<string, object?> scope) => CelValues.Elements(owner(scope)).Select(item => scope.SetItem(variable, item));
        bool Holds(ImmutableDictionary<string, object?> scope) => CelValues.AsBool(body(scope));
        return name switch
        {
            "all" => scope => Scopes(scope).All(Holds),
            "exists" => scope => Scopes(scope).Any(Holds),
            "filter" => scope => Scopes(scope).Where(Holds).Select(item => item[variable]).ToList(),
            "map" when mapped is null => scope => Scopes(scope).Select(item => body(item)).ToList(),
            "map" => scope => Scopes(scope).Where(Holds).Select(item => mapped!(item)).ToList(),
            _ => scope => Scopes(scope).Count(Holds) == 1,
        };
    }

    private static Evaluation Call(string name, IReadOnlyList<Evaluation> arguments)
    {
        var function = CelFunctions.Find(name, arguments.Count) ?? throw new CelException($"undeclared reference to '{name}'");
        return scope => function([.. arguments.Select(argument => argument(scope))]);
    }

    private List<Evaluation> Arguments(string end)
    {
        var arguments = new List<Evaluation>();
        while (!Take(end))
        {
            if (arguments.Count > 0)
            {
                Expect(",");
            }

            arguments.Add(Conditional());
        }

        return arguments;
    }

    private string Name()
    {
        if (Next.Kind != CelTokenKind.Name)
        {
            throw Unexpected();
        }

        return _tokens[_at++].Text;
    }

    private bool IsNext(string sign) => Next.Text == sign && Next.Kind is CelTokenKind.Sign or CelTokenKind.Name;

    private bool Take(string sign)
    {
        if (!IsNext(sign))
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Expect(string sign)
    {
        if (!Take(sign))
        {
            throw Unexpected();
        }
    }

    private CelException Unexpected() => new(Next.Kind == CelTokenKind.End ? "The expression ends too early" : $"'{Next.Text}' is not expected here");

    /// <summary>Names that are no identifiers are written so in expressions, see the documentation of x-kubernetes-validations.</summary>
    private static string Unescape(string name) => !name.Contains("__", StringComparison.Ordinal)
        ? name
        : name.Replace("__dot__", ".", StringComparison.Ordinal)
            .Replace("__dash__", "-", StringComparison.Ordinal)
            .Replace("__slash__", "/", StringComparison.Ordinal)
            .Replace("__underscores__", "__", StringComparison.Ordinal);
}
