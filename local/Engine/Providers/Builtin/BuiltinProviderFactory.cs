using Scalelab.Engine.Properties;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Providers.Builtin;

/// <summary>The package <c>pulumi</c>: references to other stacks, and what is kept without being anywhere else.</summary>
internal sealed class BuiltinProviderFactory(StackOutputs stacks) : IProviderFactory
{
    public string Package => "pulumi";

    public string? WhyNoDefault => null;

    /// <summary>Finds a resource that this update has dealt with.</summary>
    public Func<Urn, ResourceState?> Find { get; set; } = _ => null;

    public IReadOnlyList<CheckFailure> CheckConfig(PropertyMap config) => [];

    public DiffResult DiffConfig(PropertyMap oldConfig, PropertyMap newConfig) => DiffResult.Compare(oldConfig, newConfig);

    public IProvider Create(PropertyMap config, ProviderContext context) => new BuiltinProvider(stacks, urn => Find(urn));
}
