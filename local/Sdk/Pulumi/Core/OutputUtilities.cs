using System.Collections.Immutable;

namespace Pulumi.Utilities;

/// <summary>What an output is made of; for tests and for libraries, rarely for programs.</summary>
public static class OutputUtilities
{
    /// <summary>An output that is not known while previewing.</summary>
    public static Output<T> CreateUnknown<T>(T value)
        => new(OutputData<T>.Unknown() with { Value = value });

    /// <summary>An output that is not known; <paramref name="valueFactory"/> is never called.</summary>
    public static Output<T> CreateUnknown<T>(Func<Task<T>> valueFactory)
        => CreateUnknown(default(T)!).Apply(_ => valueFactory());

    public static Output<T> WithDependency<T>(Output<T> output, Resource resource)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(resource);
        return output.WithData(data => data with { Resources = data.Resources.Add(resource) });
    }

    public static async Task<bool> GetIsKnownAsync<T>(Output<T> output)
        => (await output.DataTask.ConfigureAwait(false)).IsKnown;

    /// <summary>The value, or the type's default while it is unknown.</summary>
    public static Task<T> GetValueAsync<T>(Output<T> output)
        => output.GetValueAsync(whenUnknown: default!);

    public static async Task<ImmutableHashSet<Resource>> GetDependenciesAsync<T>(Output<T> output)
        => (await output.DataTask.ConfigureAwait(false)).Resources;
}
