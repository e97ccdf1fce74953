using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Sources;

/// <summary>A kind of place that models lie in.</summary>
internal interface IRemoteSource : IDisposable
{
    /// <summary>Asks what a model consists of, without fetching it.</summary>
    /// <exception cref="ModelException">There is nothing at the address, or it may not be read.</exception>
    /// <exception cref="HttpRequestException">The place cannot be reached.</exception>
    Task<IReadOnlyList<RemoteFile>> ListAsync(string uri, CancellationToken cancellationToken);
}
