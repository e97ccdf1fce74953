using System.Globalization;
using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Api.CustomResources.Cel;

/// <summary>The functions that expressions may call: CEL's standard ones and those of its string and list extensions that schemas use.</summary>
internal static class CelFunctions
{
    /// <summary>A pattern of a client must not hold the server.</summary>
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    /// <summary>By name and number of arguments, the receiver of a method among them.</summary>
    private static readonly Dictionary<(string Name, int Arguments), Func<object?[], object?>> Table = new()
    {
        [("size", 1)] = static given => CelValues.Size(given[0]),
        [("startsWith", 2)] = static given => CelValues.AsText(given[0]).StartsWith(CelValues.AsText(given[1]), StringComparison.Ordinal),
        [("endsWith", 2)] = static given => CelValues.AsText(given[0]).EndsWith(CelValues.AsText(given[1]), StringComparison.Ordinal),
        [("contains", 2)] = static given => CelValues.AsText(given[0]).Contains(CelValues.AsText(given[1]), StringComparison.Ordinal),
        [("matches", 2)] = static given => Regex.IsMatch(CelValues.AsText(given[0]), CelValues.AsText(given[1]), RegexOptions.CultureInvariant, PatternTimeout),
        [("lowerAscii", 1)] = static given => CelValues.AsText(given[0]).ToLowerInvariant(),
        [("upperAscii", 1)] = static given => CelValues.AsText(given[0]).ToUpperInvariant(),
        [("trim", 1)] = static given => CelValues.AsText(given[0]).Trim(),
        [("split", 2)] = static given => CelValues.AsText(given[0]).Split(CelValues.AsText(given[1])).Cast<object?>().ToList(),
        [("replace", 3)] = static given => CelValues.AsText(given[0]).Replace(CelValues.AsText(given[1]), CelValues.AsText(given[2]), StringComparison.Ordinal),
        [("indexOf", 2)] = static given => given[0] is string text
            ? (long)text.IndexOf(CelValues.AsText(given[1]), StringComparison.Ordinal)
            : (long)CelValues.Elements(given[0]).ToList().FindIndex(item => CelValues.AreEqual(item, given[1])),
        [("substring", 2)] = static given => Part(CelValues.AsText(given[0]), CelValues.AsLong(given[1]), CelValues.AsText(given[0]).Length),
        [("substring", 3)] = static given => Part(CelValues.AsText(given[0]), CelValues.AsLong(given[1]), CelValues.AsLong(given[2])),
        [("join", 1)] = static given => string.Concat(CelValues.Elements(given[0]).Select(CelValues.AsText)),
        [("join", 2)] = static given => string.Join(CelValues.AsText(given[1]), CelValues.Elements(given[0]).Select(CelValues.AsText)),
        [("sum", 1)] = static given => CelValues.Elements(given[0]).Aggregate((object?)0L, (sum, item) => CelValues.Calculate("+", sum, item)),
        [("min", 1)] = static given => CelValues.Elements(given[0]).Aggregate((least, item) => CelValues.Order(item, least) < 0 ? item : least),
        [("max", 1)] = static given => CelValues.Elements(given[0]).Aggregate((most, item) => CelValues.Order(item, most) > 0 ? item : most),
        [("isSorted", 1)] = static given => CelValues.Elements(given[0]).Zip(CelValues.Elements(given[0]).Skip(1)).All(pair => CelValues.Order(pair.First, pair.Second) <= 0),
        [("int", 1)] = static given => given[0] switch
        {
            long => given[0],
            double number => (long)number,
            string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            string text => throw new CelException($"strconv.ParseInt: parsing \"{text}\": invalid syntax"),
            _ => throw CelValues.NoOverload(),
        },
        [("double", 1)] = static given => given[0] is string text ? double.Parse(text, CultureInfo.InvariantCulture) : CelValues.AsDouble(given[0]),
        [("string", 1)] = static given => given[0] switch
        {
            bool flag => flag ? "true" : "false",
            string or long or double => Convert.ToString(given[0], CultureInfo.InvariantCulture),
            _ => throw CelValues.NoOverload(),
        },
    };

    /// <summary>The function of a name with that many arguments; null where there is none.</summary>
    public static Func<object?[], object?>? Find(string name, int arguments) => Table.GetValueOrDefault((name, arguments));

    private static string Part(string text, long start, long end) => start >= 0 && start <= end && end <= text.Length
        ? text[(int)start..(int)end]
        : throw new CelException(string.Create(CultureInfo.InvariantCulture, $"index out of range: {start}"));
}
