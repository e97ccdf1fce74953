using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers.Docker.Building;
using Scalelab.Engine.Providers.Docker.Containers;

namespace Scalelab.Engine.Providers.Docker;

/// <summary>Pulumi's docker package, as far as docs/engine/docker.md lists it: images and containers of a Docker engine.</summary>
internal sealed class DockerProvider : IProvider
{
    private readonly DockerEngine _engine;
    private readonly Dictionary<string, IDockerResource> _resources;

    public DockerProvider(PropertyMap config, ProviderContext context)
    {
        _engine = new DockerEngine(config, context);
        _resources = new Dictionary<string, IDockerResource>
        {
            [ImageResource.Type] = new ImageResource(_engine, context),
            [ContainerResource.Type] = new ContainerResource(_engine, config, context),
        };
    }

    public Task<CheckResult> CheckAsync(CheckRequest request, CancellationToken cancellationToken) => Task.FromResult(_resources.TryGetValue(request.Urn.Type, out var resource)
        ? resource.Check(request)
        : new CheckResult(
            request.NewInputs,
            [new CheckFailure("", $"the embedded engine knows only {string.Join(" and ", _resources.Keys)} of the docker package. Run the program with the Pulumi CLI for {request.Urn.Type}.")]));

    public Task<DiffResult> DiffAsync(DiffRequest request, CancellationToken cancellationToken) => Task.FromResult(Of(request.Urn).Diff(request));

    public Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken) => Of(request.Urn).CreateAsync(request, cancellationToken);

    public Task<ReadResult?> ReadAsync(ReadRequest request, CancellationToken cancellationToken) => Of(request.Urn).ReadAsync(request, cancellationToken);

    public Task<PropertyMap> UpdateAsync(UpdateRequest request, CancellationToken cancellationToken) => Of(request.Urn).UpdateAsync(request, cancellationToken);

    public Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) => Of(request.Urn).DeleteAsync(request, cancellationToken);

    public bool CanRefresh(Urn urn) => _resources.TryGetValue(urn.Type, out var resource) && resource.CanRefresh;

    public Task<InvokeResult> InvokeAsync(string token, PropertyMap arguments, CancellationToken cancellationToken) =>
        throw new ProviderException($"The embedded engine has no function '{token}'. Run the program with the Pulumi CLI for it.");

    public string? FindId(Urn urn, PropertyMap inputs) => _resources.TryGetValue(urn.Type, out var resource) ? resource.FindId(inputs) : null;

    public ValueTask DisposeAsync()
    {
        _engine.Dispose();
        return ValueTask.CompletedTask;
    }

    private IDockerResource Of(Urn urn) => _resources.TryGetValue(urn.Type, out var resource)
        ? resource
        : throw new ProviderException($"The embedded engine does not know {urn.Type}, which the stack's state holds. Use the Pulumi CLI for this stack.");
}
