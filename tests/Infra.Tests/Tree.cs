using System.Collections.Immutable;

namespace Scalelab.Infra.Tests;

/// <summary>Walks the untyped maps and lists that mocks are given.</summary>
internal static class Tree
{
    /// <summary>The value at a path such as <c>spec.ports.0.nodePort</c>; null where the path ends early.</summary>
    public static object? At(this ImmutableDictionary<string, object> inputs, string path)
    {
        object? node = inputs;
        foreach (var step in path.Split('.'))
        {
            node = node switch
            {
                ImmutableDictionary<string, object> map => map.GetValueOrDefault(step),
                ImmutableArray<object> list => list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)],
                _ => null,
            };
        }

        return node;
    }
}
