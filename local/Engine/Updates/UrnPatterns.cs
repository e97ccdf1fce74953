using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Scalelab.Engine.Updates;

/// <summary>A choice of resources by their URNs: <c>*</c> stands for any text without a colon, <c>**</c> for any text, as in the CLI's <c>--target</c>.</summary>
internal sealed class UrnPatterns
{
    private readonly ImmutableHashSet<string> _literals;
    private readonly ImmutableArray<Regex> _globs;

    public UrnPatterns(IEnumerable<string> patterns)
    {
        var texts = patterns.ToArray();
        _literals = [.. texts.Where(text => !text.Contains('*', StringComparison.Ordinal))];
        _globs = [.. texts.Where(text => text.Contains('*', StringComparison.Ordinal)).Select(Glob)];
    }

    public bool IsEmpty => _literals.IsEmpty && _globs.IsEmpty;

    /// <summary>What was named in full, and must therefore exist.</summary>
    public IEnumerable<string> Literals => _literals;

    public bool Match(Urn urn) => _literals.Contains(urn.Value) || _globs.Any(glob => glob.IsMatch(urn.Value));

    private static Regex Glob(string text) => new(
        $"^{string.Join(".*", text.Split("**").Select(part => string.Join("[^:]*", part.Split('*').Select(Regex.Escape))))}$",
        RegexOptions.CultureInvariant | RegexOptions.Singleline);
}
