using System.Collections.Immutable;

namespace Pulumi;

/// <summary>What an output resolves to: the value and everything that must travel with it.</summary>
/// <param name="Resources">The resources the value comes from.</param>
/// <param name="Value">The value; meaningless unless <paramref name="IsKnown"/>.</param>
/// <param name="IsKnown">False while previewing something that only an update can tell.</param>
/// <param name="IsSecret">The value must be encrypted in the state and hidden on screens.</param>
internal readonly record struct OutputData<T>(ImmutableHashSet<Resource> Resources, T Value, bool IsKnown, bool IsSecret)
{
    public static OutputData<T> Known(T value, bool isSecret = false)
        => new([], value, IsKnown: true, isSecret);

    public static OutputData<T> Unknown(bool isSecret = false)
        => new([], default!, IsKnown: false, isSecret);

    public OutputData<TOther> With<TOther>(TOther value)
        => new(Resources, value, IsKnown, IsSecret);
}
