using System.Collections.Concurrent;
using Scalelab.Engine.Events;
using Scalelab.Engine.Providers;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>Says which provider manages a resource or answers a function, and registers a package's default provider when it is first needed.</summary>
/// <param name="journal">Holds the providers of the previous update.</param>
/// <param name="registrations">Knows their new names.</param>
/// <param name="providers">The configured providers.</param>
/// <param name="defaults">The configuration of default providers.</param>
/// <param name="events">Where the choice of a default provider is reported.</param>
/// <param name="register">Makes a default provider a resource of the stack.</param>
internal sealed class ProviderSelection(
    Journal journal,
    Registrations registrations,
    ProviderRegistry providers,
    DefaultProviders defaults,
    EventStream events,
    Func<Goal, Task<ResourceState>> register)
{
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<ProviderReference>>> _defaults = [];

    /// <summary>The provider that a resource of the program shall have; none for components.</summary>
    /// <exception cref="EngineException">There is no such package or provider, or the package has no default one.</exception>
    public async Task<(IProvider? Provider, ProviderReference? Reference)> OfAsync(Goal goal)
    {
        if (!goal.Custom)
        {
            return (null, null);
        }

        if (ProviderReference.IsProviderType(goal.Type))
        {
            _ = providers.Factory(ProviderReference.PackageOfProvider(goal.Type));
            return (providers, null);
        }

        return await OfAsync(ProviderReference.PackageOf(goal.Type), goal.Provider, goal.Version, $"'{goal.Name}' ({goal.Type})");
    }

    /// <inheritdoc cref="OfAsync(Goal)"/>
    /// <param name="package">The package that the resource or function belongs to.</param>
    /// <param name="given">What the program asks for; null for the package's default provider.</param>
    /// <param name="version">Of the package; empty for any.</param>
    /// <param name="what">Who wants the provider, for messages.</param>
    public async Task<(IProvider Provider, ProviderReference Reference)> OfAsync(string package, ProviderReference? given, string version, string what)
    {
        var factory = providers.Factory(package);
        if (given is null && defaults.IsDisabled(package))
        {
            throw new EngineException($"{what} names no provider, and the default provider of '{package}' is disabled by pulumi:disable-default-providers. Create a provider and pass it as the option 'Provider'.");
        }

        if (given is null && factory.WhyNoDefault is { } why && defaults.SettingsOf(package).Count == 0)
        {
            throw new EngineException($"{what} names no provider. {why}");
        }

        var reference = given ?? await DefaultProviderAsync(package, version);
        if (ProviderReference.PackageOfProvider(reference.Urn.Type) != package)
        {
            throw new EngineException($"{what} names a provider of the package '{ProviderReference.PackageOfProvider(reference.Urn.Type)}'. Give it one of '{package}'.");
        }

        return (Find(reference) ?? throw new EngineException($"{what} names the provider {reference}, which this update has not registered."), reference);
    }

    /// <summary>A provider that this update has registered; null when it has not.</summary>
    public ResourceState? Registered(ProviderReference reference) => journal.FindDone(reference.Urn);

    /// <summary>The provider that made an old resource; null for components.</summary>
    public IProvider? Of(ResourceState old)
    {
        if (!old.Custom || !ProviderReference.TryParse(old.Provider, out var reference))
        {
            return ProviderReference.IsProviderType(old.Type) ? providers : null;
        }

        return Find(reference) ?? Find(reference with { Urn = registrations.NameNow(reference.Urn) }) ?? throw new EngineException($"The state of {old.Urn} names the provider {reference}, which the state does not hold. The state was edited wrongly; put the provider's record back.");
    }

    // Of two that find an old provider that is not configured yet, only one may configure it.
    private IProvider? Find(ProviderReference reference)
    {
        lock (_lock)
        {
            return providers.Find(reference)
                ?? (journal.Left.FirstOrDefault(resource => resource.Urn == reference.Urn && resource.Id == reference.Id) is { } old
                    ? providers.Configure(reference, old.Inputs)
                    : null);
        }
    }

    private Task<ProviderReference> DefaultProviderAsync(string package, string version)
    {
        var name = version.Length == 0 ? "default" : $"default_{version.Replace('.', '_').Replace('-', '_').Replace('+', '_')}";
        return _defaults.GetOrAdd($"{package}/{name}", _ => new Lazy<Task<ProviderReference>>(RegisterDefaultAsync)).Value;

        async Task<ProviderReference> RegisterDefaultAsync()
        {
            var registered = await register(new Goal
            {
                Type = ProviderReference.ProviderType(package),
                Name = name,
                Custom = true,
                Version = version,
                Inputs = version.Length == 0 ? defaults.SettingsOf(package) : defaults.SettingsOf(package).With("version", version),
            });
            events.Report(new Diagnostic(DiagnosticSeverity.Debug, $"using the default provider {registered.Urn}"));
            return new ProviderReference(registered.Urn, registered.Id!);
        }
    }
}
