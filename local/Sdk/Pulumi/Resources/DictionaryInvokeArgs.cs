using System.Collections.Immutable;

namespace Pulumi;

/// <summary>The inputs of a provider function by their wire names, for callers without a class of them.</summary>
public sealed class DictionaryInvokeArgs : InvokeArgs
{
    private readonly ImmutableDictionary<string, object?> _dictionary;

    public DictionaryInvokeArgs(ImmutableDictionary<string, object?> dictionary)
        => _dictionary = dictionary;

    internal override Dictionary<string, object?> ToDictionary()
        => new(_dictionary);
}
