using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Models.Sources;

namespace Scalelab.ModelServer.Models.Registry;

/// <summary>What clients may do to the models: see them, load them, unload them.</summary>
/// <param name="models">What is served.</param>
/// <param name="sources">What brings models from elsewhere.</param>
/// <param name="settings">What clients may do.</param>
internal sealed class ModelRepository(ModelRegistry models, ModelSources sources, RepositorySettings settings)
{
    /// <summary>Every model and version, or those that are loaded.</summary>
    public IReadOnlyList<ModelState> Index(bool ready) =>
        [.. models.Entries.SelectMany(entry => entry.States()).Where(state => !ready || state.State == ModelState.Ready)];

    /// <summary>Loads a model, or loads it again.</summary>
    /// <exception cref="RequestException">It may not be done (403), there is no such model (404), or it cannot be loaded (400).</exception>
    public async Task LoadAsync(string name, string? uri, CancellationToken cancellationToken)
    {
        RefuseWhenFixed();
        await models.LoadAsync(name, uri is null ? null : await FetchAsync(uri, cancellationToken), cancellationToken);
    }

    /// <summary>Stops serving a model; requests that run finish.</summary>
    /// <exception cref="RequestException">It may not be done (403), or there is no such model (404).</exception>
    public void Unload(string name)
    {
        RefuseWhenFixed();
        models.Unload(name);
    }

    private async Task<string> FetchAsync(string uri, CancellationToken cancellationToken)
    {
        if (!settings.Allows(uri))
        {
            throw new RequestException(
                StatusCodes.Status403Forbidden, $"Models may not be loaded from {Printable.Cut(uri)}.",
                "Start the server with MODEL_SOURCES naming the beginnings of addresses that are allowed, separated by blanks.");
        }
        try
        {
            return await sources.FetchAsync(uri, cancellationToken);
        }
        catch (ModelException exception)
        {
            throw RequestException.Bad(exception.Message, "Mend the address, or what lies there.");
        }
    }

    private void RefuseWhenFixed()
    {
        if (!settings.Changeable)
        {
            throw new RequestException(
                StatusCodes.Status403Forbidden, "The models of this server are fixed.", "Start it with MODEL_CONTROL=explicit to load and unload models while it serves.");
        }
    }
}

/// <summary>What clients may do to the models.</summary>
/// <param name="Changeable">Whether they may load and unload.</param>
/// <param name="Sources">Beginnings of addresses that models may come from.</param>
internal sealed record RepositorySettings(bool Changeable, IReadOnlyList<string> Sources)
{
    /// <summary>MODEL_CONTROL and MODEL_SOURCES.</summary>
    public static RepositorySettings From(IConfiguration configuration) => new(
        Setting.Word(configuration, "MODEL_CONTROL", "explicit", "none") == "explicit",
        Setting.Text(configuration, "MODEL_SOURCES")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? []);

    /// <summary>Whether a model may come from an address. Without "..": a prefix says nothing of an address that climbs out of it.</summary>
    public bool Allows(string uri) => !uri.Contains("..", StringComparison.Ordinal) && Sources.Any(source => Begins(uri, source));

    // A host that is named without a path is named whole: https://host allows neither https://host.evil nor https://host@evil.
    private static bool Begins(string uri, string source) => uri.StartsWith(source, StringComparison.Ordinal)
        && (source.IndexOf('/', source.IndexOf("://", StringComparison.Ordinal) + 3) > 0 || uri.Length == source.Length || uri[source.Length] == '/');
}
