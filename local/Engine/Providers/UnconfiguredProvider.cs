using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers;

/// <summary>
/// Stands in, during a preview, for a provider whose configuration is not known yet: every resource would be created or updated, and
/// nothing more can be said.
/// </summary>
internal sealed class UnconfiguredProvider : IProvider
{
    public Task<CheckResult> CheckAsync(CheckRequest request, CancellationToken cancellationToken) => Task.FromResult(CheckResult.Valid(request.NewInputs));

    public Task<DiffResult> DiffAsync(DiffRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(DiffResult.Compare(request.OldInputs, request.NewInputs));

    public Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken) => Task.FromResult(new CreateResult("", request.Inputs));

    public Task<ReadResult?> ReadAsync(ReadRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<ReadResult?>(new ReadResult(request.Id, PropertyMap.Empty));

    public Task<PropertyMap> UpdateAsync(UpdateRequest request, CancellationToken cancellationToken) => Task.FromResult(request.NewInputs);

    public Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<InvokeResult> InvokeAsync(string token, PropertyMap arguments, CancellationToken cancellationToken) =>
        throw new ProviderException($"{token} cannot be called yet: its provider's configuration is known only after the resources that it depends on exist. Run 'up' instead of 'preview'.");

    public string? FindId(Urn urn, PropertyMap inputs) => null;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
