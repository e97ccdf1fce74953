using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Models.Sources;

namespace Scalelab.ModelServer.Models.Registry;

/// <summary>A model that was brought from an address before the server was built.</summary>
/// <param name="Folder">Where it lies now.</param>
/// <param name="Name">What its address calls it: the folder's own name is the cache's.</param>
internal sealed record FetchedModel(string Folder, string Name)
{
    /// <exception cref="ModelException">It cannot be fetched.</exception>
    public static async Task<FetchedModel> FetchAsync(string uri, TimeProvider time, CancellationToken cancellationToken)
    {
        using var logging = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
        using var sources = new ModelSources(ModelSourceOptions.FromEnvironment(), time, logging.CreateLogger<ModelSources>());
        return new FetchedModel(await sources.FetchAsync(uri, cancellationToken), NameOf(uri));
    }

    /// <summary>The last part of an address that says anything: of <c>s3://bucket/wine/</c> <c>wine</c>, of <c>https://host/wine.tar.gz?a#b</c> <c>wine</c>.</summary>
    public static string NameOf(string uri)
    {
        var last = uri.Split('?', '#')[0].TrimEnd('/').Split('/')[^1];
        return ModelName.From(last.Split('.', ':', '@')[0]);
    }
}
