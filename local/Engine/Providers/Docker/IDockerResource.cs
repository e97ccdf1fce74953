namespace Scalelab.Engine.Providers.Docker;

/// <summary>One type of resource of the docker package: what <see cref="IProvider"/> asks, for that type.</summary>
internal interface IDockerResource
{
    CheckResult Check(CheckRequest request);

    DiffResult Diff(DiffRequest request);

    Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken);

    Task<ReadResult?> ReadAsync(ReadRequest request, CancellationToken cancellationToken);

    Task<Properties.PropertyMap> UpdateAsync(UpdateRequest request, CancellationToken cancellationToken);

    Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken);

    bool CanRefresh { get; }

    /// <inheritdoc cref="IProvider.FindId"/>
    string? FindId(Properties.PropertyMap inputs);
}
