using System.Collections.Concurrent;
using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Registry;

/// <summary>
/// The models that are served, by name. Loading puts the new versions in the old ones' place at once; requests that hold an old one finish
/// on it. Safe to use from many threads at once.
/// </summary>
/// <param name="repository">A folder of model folders that may be loaded by name; null for none.</param>
/// <param name="threads">Threads that work on one run together.</param>
internal sealed class ModelRegistry(string? repository, int threads) : IDisposable
{
    private readonly ConcurrentDictionary<string, ModelEntry> _entries = new(StringComparer.Ordinal);

    // One loading at a time: each takes the memory of a model twice.
    private readonly SemaphoreSlim _loading = new(1);

    /// <summary>Whether every model is loaded, but for those that were unloaded on purpose.</summary>
    public bool IsReady => _entries.Values.All(entry => entry.Versions.Count > 0 || entry.Reason == ModelEntry.Unloaded);

    /// <summary>Every model, by name.</summary>
    public IReadOnlyList<ModelEntry> Entries => [.. _entries.Values.OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <summary>Takes hold of a model; whoever gets it disposes of it when done.</summary>
    /// <param name="name">The model.</param>
    /// <param name="version">Its version; the newest when null or empty.</param>
    /// <exception cref="RequestException">No such model or version (404), or it is not loaded (503).</exception>
    public LoadedModel Hold(string name, string? version = null)
    {
        while (true)
        {
            var found = Find(name, version);
            if (found.TryHold())
            {
                return found;
            }
            // It was replaced between finding and holding; what took its place is found now.
        }
    }

    /// <summary>The entry of a model.</summary>
    /// <exception cref="RequestException">There is no such model (404).</exception>
    public ModelEntry Entry(string name) => _entries.TryGetValue(name, out var entry) ? entry : throw Unknown(name);

    /// <summary>Finds a loaded model without holding it, for what does not run it.</summary>
    /// <exception cref="RequestException">No such model or version (404), or it is not loaded (503).</exception>
    public LoadedModel Find(string name, string? version)
    {
        var entry = Entry(name);
        if (entry.Find(version) is { } found)
        {
            return found;
        }
        throw entry.Versions.Count > 0
            ? new RequestException(
                StatusCodes.Status404NotFound, $"Model '{name}' has no version '{version}'.", $"Loaded are: {string.Join(", ", entry.Versions.Select(loaded => loaded.Version))}.")
            : new RequestException(
                StatusCodes.Status503ServiceUnavailable, $"Model '{name}' is not ready{(entry.Reason.Length > 0 ? $": {entry.Reason}" : "")}.",
                $"POST /v2/repository/models/{name}/load loads it.");
    }

    /// <summary>Loads every model of the repository folder.</summary>
    /// <exception cref="ModelException">One cannot be loaded, or has a name that no address can hold.</exception>
    public void LoadRepository()
    {
        var folders = repository is null ? [] : Directory.GetDirectories(repository);
        foreach (var folder in folders.Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(folder);
            if (!ModelName.IsValid(name))
            {
                throw new ModelException($"{folder} cannot be served under its name: letters, digits, '.', '_' and '-' are allowed. Rename the folder.");
            }
            Load(name, folder);
        }
    }

    /// <summary>Loads a model, or loads it again, from a folder.</summary>
    /// <exception cref="ModelException">It cannot be loaded; what was loaded before is served on.</exception>
    public void Load(string name, string folder)
    {
        _loading.Wait();
        try
        {
            LoadLocked(name, folder);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Loads a model, or loads it again, while serving.</summary>
    /// <param name="name">The model.</param>
    /// <param name="folder">Its folder; null for where it lay before, or else lies in the repository folder.</param>
    /// <param name="cancellationToken">Ends the waiting for another loading; a loading that began is finished.</param>
    /// <exception cref="RequestException">There is no such model (404), or it cannot be loaded (400).</exception>
    public async Task LoadAsync(string name, string? folder, CancellationToken cancellationToken)
    {
        if (!ModelName.IsValid(name))
        {
            throw RequestException.Bad($"'{Printable.Cut(name)}' is no name of a model.", "Letters, digits, '.', '_' and '-' are allowed.");
        }
        folder ??= _entries.TryGetValue(name, out var entry) ? entry.Folder : InRepository(name) ?? throw Unknown(name);
        await _loading.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(() => LoadLocked(name, folder), CancellationToken.None);
        }
        catch (ModelException exception)
        {
            throw RequestException.Bad($"Model '{name}' cannot be loaded: {exception.Message}", "Mend the model's folder and load it again.");
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Stops serving a model. Requests that run finish; its memory goes with the last of them.</summary>
    /// <exception cref="RequestException">There is no such model (404).</exception>
    public void Unload(string name)
    {
        while (true)
        {
            var entry = Entry(name);
            if (_entries.TryUpdate(name, entry with { Versions = [], Reason = ModelEntry.Unloaded }, entry))
            {
                Release(entry.Versions);
                return;
            }
        }
    }

    public void Dispose()
    {
        foreach (var entry in _entries.Values)
        {
            Release(entry.Versions);
        }
        _entries.Clear();
        _loading.Dispose();
    }

    private static RequestException Unknown(string name) => new(
        StatusCodes.Status404NotFound, $"Model with name {Printable.Cut(name)} does not exist.", "GET /v1/models lists the models.");

    private static void Release(IEnumerable<LoadedModel> versions)
    {
        foreach (var version in versions)
        {
            version.Dispose();
        }
    }

    private string? InRepository(string name) => repository is not null && Path.Combine(repository, name) is var folder && Directory.Exists(folder) ? folder : null;

    private void LoadLocked(string name, string folder)
    {
        _entries.AddOrUpdate(name, _ => new ModelEntry(name, folder, []) { IsLoading = true }, (_, old) => old with { IsLoading = true });
        var loaded = new List<LoadedModel>();
        try
        {
            foreach (var files in ModelFiles.In(folder))
            {
                loaded.Add(LoadedModel.Load(name, files, threads));
            }
        }
        catch (Exception exception)
        {
            Release(loaded);
            _entries.AddOrUpdate(name, _ => new ModelEntry(name, folder, [], exception.Message), (_, old) => old with { IsLoading = false, Reason = exception.Message });
            throw;
        }
        Replace(new ModelEntry(name, folder, loaded));
    }

    private void Replace(ModelEntry entry)
    {
        IReadOnlyList<LoadedModel> before = [];
        _entries.AddOrUpdate(
            entry.Name,
            _ => entry,
            (_, old) =>
            {
                before = old.Versions;
                return entry;
            });
        Release(before);
    }
}
