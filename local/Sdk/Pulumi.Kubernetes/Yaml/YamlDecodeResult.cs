using System.Collections.Immutable;

namespace Pulumi.Kubernetes.Yaml;

/// <summary>The objects of a manifest.</summary>
[OutputType]
internal sealed class YamlDecodeResult
{
    public readonly ImmutableArray<ImmutableDictionary<string, object>> Result;

    [OutputConstructor]
    internal YamlDecodeResult(ImmutableArray<ImmutableDictionary<string, object>> result) => Result = result;
}
