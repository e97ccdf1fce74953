namespace Scalelab.ModelServer.Models.Sources;

/// <summary>Where fetched models are kept, and what fetching one may cost.</summary>
public sealed record ModelSourceOptions
{
    private const string CacheVariable = "MODEL_CACHE";

    /// <summary>Folder of everything that was fetched; created when missing. Several servers of one machine may share it.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>The most bytes of one model, as they are sent and again as they are unpacked: 8 GiB by default.</summary>
    public long MaxBytes { get; init; } = 8L << 30;

    /// <summary>The most files of one model: 10,000 by default.</summary>
    public int MaxFiles { get; init; } = 10_000;

    /// <summary>How long fetching one model may take in all: 30 minutes by default.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A connection that brings nothing for this long counts as broken: one minute by default.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often in a row a transfer may fail without having brought a byte: five times by default.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Looks an environment variable up; null when it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>
    /// The defaults, with the cache in <c>MODEL_CACHE</c>, else where the platform keeps caches (<c>XDG_CACHE_HOME</c>, <c>~/.cache</c>), else in a
    /// folder of this process alone.
    /// </summary>
    public static ModelSourceOptions FromEnvironment()
    {
        if (Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } chosen)
        {
            return new ModelSourceOptions { CacheFolder = Path.GetFullPath(chosen) };
        }
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } caches && Path.IsPathRooted(caches))
        {
            return new ModelSourceOptions { CacheFolder = Path.Combine(caches, "scalelab", "models") };
        }
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new ModelSourceOptions
        {
            // A folder of a known name among everybody's temporary files could be somebody else's: there it gets a name of its own.
            CacheFolder = home.Length > 0 ? Path.Combine(home, ".cache", "scalelab", "models") : Directory.CreateTempSubdirectory("scalelab-models-").FullName,
        };
    }
}
