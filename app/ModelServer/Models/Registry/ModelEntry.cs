namespace Scalelab.ModelServer.Models.Registry;

/// <summary>One model by name: where it lies, and the versions of it that are loaded. Replaced as a whole, never changed.</summary>
/// <param name="Name">The model.</param>
/// <param name="Folder">Where it was loaded from, and is loaded from again.</param>
/// <param name="Versions">What is loaded, oldest first.</param>
/// <param name="Reason">Why nothing is loaded, or why the last loading failed; empty when all is well.</param>
internal sealed record ModelEntry(string Name, string Folder, IReadOnlyList<LoadedModel> Versions, string Reason = "")
{
    public const string Unloaded = "unloaded";

    /// <summary>Whether a loading is under way.</summary>
    public bool IsLoading { get; init; }

    /// <summary>The version, or the newest when none is named.</summary>
    public LoadedModel? Find(string? version) => string.IsNullOrEmpty(version)
        ? Versions is [.., var newest] ? newest : null
        : Versions.FirstOrDefault(loaded => loaded.Version == version);

    /// <summary>One line for each loaded version, or one for a model without any.</summary>
    public IEnumerable<ModelState> States() => Versions.Count > 0
        ? Versions.Select(loaded => new ModelState(Name, loaded.Version, ModelState.Ready, Reason))
        : [new ModelState(Name, "", IsLoading ? ModelState.Loading : ModelState.Unavailable, Reason)];
}
