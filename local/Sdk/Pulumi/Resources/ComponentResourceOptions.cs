using System.Diagnostics.CodeAnalysis;

namespace Pulumi;

/// <summary>How the engine treats a component and, by inheritance, its children.</summary>
[SuppressMessage("Design", "CA1002", Justification = "Pulumi's public API.")]
[SuppressMessage("Usage", "CA2227", Justification = "Pulumi's public API.")]
public sealed class ComponentResourceOptions : ResourceOptions
{
    /// <summary>The children's providers, one a package. Not together with <see cref="ResourceOptions.Provider"/>.</summary>
    public List<ProviderResource> Providers { get; set; } = [];

    /// <inheritdoc cref="CustomResourceOptions.Merge"/>
    /// <remarks>Of two providers for one package the last is taken.</remarks>
    public static ComponentResourceOptions Merge(ComponentResourceOptions? options1, ComponentResourceOptions? options2)
    {
        var merged = Copy(options1);
        if (options2 != null)
        {
            merged.Merge((ResourceOptions)options2);
            merged.Providers.AddRange(options2.Providers);
        }

        merged.Providers = [.. merged.Providers.AsEnumerable().Reverse().DistinctBy(provider => provider.Package).Reverse()];
        return merged;
    }

    internal override ResourceOptions Clone()
        => Copy(this);

    private static ComponentResourceOptions Copy(ComponentResourceOptions? options)
    {
        var copy = new ComponentResourceOptions();
        copy.CopyFrom(options);
        copy.Providers = [.. options?.Providers ?? []];
        return copy;
    }
}
