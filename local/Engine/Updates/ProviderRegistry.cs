using System.Collections.Concurrent;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>
/// The configured providers of an update. It is itself the provider of provider resources: to create one is to configure it, and its id
/// is what references to it carry.
/// </summary>
internal sealed class ProviderRegistry(IEnumerable<IProviderFactory> factories, ProviderContext context) : IProvider
{
    private readonly IReadOnlyDictionary<string, IProviderFactory> _factories = factories.ToDictionary(factory => factory.Package);
    private readonly ConcurrentDictionary<ProviderReference, IProvider> _configured = [];
    private readonly ConcurrentBag<IProvider> _all = [];

    public IProviderFactory Factory(string package) => _factories.TryGetValue(package, out var factory)
        ? factory
        : throw new EngineException(
            $"The package '{package}' is not supported by the embedded engine; it knows {string.Join(", ", _factories.Keys.Order(StringComparer.Ordinal))}. Run the program with the Pulumi CLI.");

    public IProvider? Find(ProviderReference reference) => _configured.TryGetValue(reference, out var provider) ? provider : null;

    /// <summary>Makes a provider ready under its reference, in place of what was there.</summary>
    public IProvider Configure(ProviderReference reference, PropertyMap config)
    {
        var provider = config.ContainsUnknowns
            ? (IProvider)new UnconfiguredProvider()
            : Factory(ProviderReference.PackageOfProvider(reference.Urn.Type)).Create(Configuration(config.Revealed), context);
        _all.Add(provider);
        _configured[reference] = provider;
        return provider;
    }

    // What the engines add to a provider's inputs is about the package, not about the place: another version changes nothing here.
    private static PropertyMap Configuration(PropertyMap inputs) => inputs.Without("__internal").Without("version");

    public Task<CheckResult> CheckAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        var factory = Factory(ProviderReference.PackageOfProvider(request.Urn.Type));
        return Task.FromResult(new CheckResult(request.NewInputs, factory.CheckConfig(Configuration(request.NewInputs))));
    }

    public Task<DiffResult> DiffAsync(DiffRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(Factory(ProviderReference.PackageOfProvider(request.Urn.Type)).DiffConfig(Configuration(request.OldInputs), Configuration(request.NewInputs)));

    public Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        var id = request.Preview ? Signatures.Unknown : Guid.NewGuid().ToString();
        Configure(new ProviderReference(request.Urn, id), request.Inputs);
        return Task.FromResult(new CreateResult(id, request.Inputs));
    }

    public Task<PropertyMap> UpdateAsync(UpdateRequest request, CancellationToken cancellationToken)
    {
        Configure(new ProviderReference(request.Urn, request.Id), request.NewInputs);
        return Task.FromResult(request.NewInputs);
    }

    public Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<ReadResult?> ReadAsync(ReadRequest request, CancellationToken cancellationToken) =>
        throw new ProviderException($"A provider cannot be read: '{request.Urn.Name}'. Declare it in the program.");

    public Task<InvokeResult> InvokeAsync(string token, PropertyMap arguments, CancellationToken cancellationToken) =>
        throw new ProviderException($"A provider has no function '{token}'.");

    public string? FindId(Urn urn, PropertyMap inputs) => null;

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in _all)
        {
            await provider.DisposeAsync();
        }
    }
}
