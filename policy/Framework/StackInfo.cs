using System.Collections.Immutable;

namespace Scalelab.Policy.Framework;

/// <summary>The stack whose resources are judged.</summary>
/// <param name="Project">Its project: the namespace of the configuration keys that have none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Config">Its configuration, in clear, by <c>namespace:key</c>.</param>
internal sealed record StackInfo(string Project, string Name, ImmutableDictionary<string, string> Config)
{
    public static StackInfo Unknown { get; } = new("", "", []);

    /// <summary>A value of the project's own configuration; null where there is none.</summary>
    public string? Find(string key) => Config.GetValueOrDefault($"{Project}:{key}");
}
