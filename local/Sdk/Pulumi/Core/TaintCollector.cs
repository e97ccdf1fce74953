using System.Collections.Immutable;

namespace Pulumi;

/// <summary>Gathers dependencies, unknowns and secrets while one value is made from many.</summary>
internal sealed class TaintCollector
{
    private ImmutableHashSet<Resource> _resources = [];
    private bool _isKnown = true;
    private bool _isSecret;

    public T Take<T>(OutputData<T> data)
    {
        _resources = _resources.IsEmpty ? data.Resources : _resources.Union(data.Resources);
        _isKnown &= data.IsKnown;
        _isSecret |= data.IsSecret;
        return data.Value;
    }

    public OutputData<T> ToData<T>(T value)
        => new(_resources, value, _isKnown, _isSecret);
}
