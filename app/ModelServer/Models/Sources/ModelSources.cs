using Scalelab.ModelServer.Inference;
using Scalelab.ModelServer.Models.Sources.Archives;
using Scalelab.ModelServer.Models.Sources.Http;
using Scalelab.ModelServer.Models.Sources.Oci;
using Scalelab.ModelServer.Models.Sources.S3;

namespace Scalelab.ModelServer.Models.Sources;

/// <summary>
/// Brings models to this machine: <c>file://</c>, <c>https://</c>, <c>s3://</c> and <c>oci://</c>, as KServe's <c>storageUri</c> names them. What is
/// fetched is verified, kept by its content, and resumed where a transfer broke. Safe to use from many threads, and from many processes on one cache.
/// </summary>
public sealed class ModelSources : IDisposable
{
    private readonly ModelSourceOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<ModelSources> _logger;
    private readonly HttpClient _http;
    private readonly ModelCache _cache;
    private readonly Dictionary<string, IRemoteSource> _remotes;

    public ModelSources(ModelSourceOptions options, TimeProvider time, ILogger<ModelSources> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _http = HttpClients.Create();
        _cache = new ModelCache(options.CacheFolder, time, logger);
        var web = new WebSource(_http, options, time);
        _remotes = new Dictionary<string, IRemoteSource>(StringComparer.OrdinalIgnoreCase)
        {
            ["https"] = web,
            ["http"] = web,
            ["s3"] = new S3Source(options, time),
            ["oci"] = new OciSource(_http, options, time),
        };
    }

    /// <summary>Fetches a model, unless it is here already.</summary>
    /// <param name="uri">
    /// <c>file:///folder</c> (served where it is); <c>https://host/model.tar.gz</c>, with <c>#sha256=&lt;hex&gt;</c> to verify it;
    /// <c>s3://bucket/prefix</c>; <c>oci://registry/repository:tag</c>. An archive (.tar, .tar.gz, .zip) is unpacked.
    /// </param>
    /// <param name="cancellationToken">Ends it; what has arrived is kept for the next time.</param>
    /// <returns>The folder that holds the model's files. It may be shared with other processes: nothing may be written to it.</returns>
    /// <exception cref="ModelException">It cannot be fetched, is too large, or is not what was announced.</exception>
    public async Task<string> FetchAsync(string uri, CancellationToken cancellationToken)
    {
        var shown = SourceName.Show(uri);
        using var deadline = new CancellationTokenSource(_options.Deadline, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await FetchAsync(uri, shown, both.Token);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ModelException(
                $"{shown} was not fetched within {_options.Deadline.TotalMinutes:0.#} minutes. What has arrived is kept: start again to go on, or put the model nearer.",
                exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            throw new ModelException(
                $"{shown} cannot be fetched: {exception.Message} Check the address, the network, and that {_options.CacheFolder} can be written "
                + "and has room (MODEL_CACHE names another folder).",
                exception);
        }
    }

    public void Dispose()
    {
        foreach (var remote in _remotes.Values)
        {
            remote.Dispose();
        }
        _http.Dispose();
    }

    private async Task<string> FetchAsync(string uri, string shown, CancellationToken cancellationToken)
    {
        var scheme = SourceName.Scheme(uri);
        if (scheme.Equals("file", StringComparison.OrdinalIgnoreCase))
        {
            return await OpenFileAsync(SourceName.LocalPath(uri), cancellationToken);
        }
        if (!_remotes.TryGetValue(scheme, out var remote))
        {
            throw new ModelException($"{shown} begins with no scheme that is known. Known: file://, {string.Join(", ", _remotes.Keys.Select(key => $"{key}://"))}.");
        }
        var files = await remote.ListAsync(uri, cancellationToken);
        Check(files, shown);
        return await _cache.GetOrAddAsync(
            CacheKey.Of(files) ?? CacheKey.OfUnversioned(uri),
            isVersioned: CacheKey.Of(files) is not null,
            shown,
            work => FillAsync(work, files, shown, cancellationToken),
            cancellationToken);
    }

    private async Task<string> OpenFileAsync(string path, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            return ModelFolder.Descend(path);
        }
        if (!File.Exists(path))
        {
            throw new ModelException($"{path} does not exist. file:// names a folder with a model, an archive of one, or an ONNX file, by its absolute path.");
        }
        if (new FileInfo(path).Length > _options.MaxBytes)
        {
            throw TooLarge(path);
        }
        var key = CacheKey.OfContent(await ContentCheck.Sha256Async(path, cancellationToken));
        return await _cache.GetOrAddAsync(key, isVersioned: true, path, PlaceAsync, cancellationToken);

        async Task PlaceAsync(WorkFolder work)
        {
            var copy = Path.Combine(work.Downloads, "copy");
            File.Copy(path, copy, overwrite: true);
            await Unpacker().PlaceAsync(copy, Path.GetFileName(path), Packing.Auto, path, work.Model, cancellationToken);
        }
    }

    private async Task FillAsync(WorkFolder work, IReadOnlyList<RemoteFile> files, string shown, CancellationToken cancellationToken)
    {
        var known = files.All(file => file.Size is not null) ? files.Sum(file => file.Size!.Value) : (long?)null;
        var progress = new TransferProgress(shown, known, _time, _logger);
        var downloader = new Downloader(_options, _time, _logger);
        foreach (var (index, file) in files.Index())
        {
            var partial = Path.Combine(work.Downloads, $"{index}.part");
            var whole = Path.Combine(work.Downloads, $"{index}");
            if (File.Exists(whole))
            {
                progress.Skip(new FileInfo(whole).Length);
                continue;
            }
            await downloader.DownloadAsync(file, partial, progress, cancellationToken);
            File.Move(partial, whole);
        }
        progress.Finish();
        var unpacker = Unpacker();
        foreach (var (index, file) in files.Index())
        {
            await unpacker.PlaceAsync(Path.Combine(work.Downloads, $"{index}"), file.Path, file.Packing, file.Name, work.Model, cancellationToken);
        }
    }

    private void Check(IReadOnlyList<RemoteFile> files, string shown)
    {
        if (files.Count > _options.MaxFiles)
        {
            throw new ModelException($"{shown} holds more than {_options.MaxFiles} files, the most of one model. Name the model's own folder.");
        }
        long size = 0;
        foreach (var file in files)
        {
            // Each for itself: what a server says may not even fit a sum.
            size += Math.Min(file.Size ?? 0, _options.MaxBytes + 1);
            if (size > _options.MaxBytes)
            {
                throw TooLarge(shown);
            }
        }
    }

    private Unpacker Unpacker() => new(_options.MaxBytes, _options.MaxFiles);

    private ModelException TooLarge(string shown) =>
        new($"{shown} has more than {SourceName.Size(_options.MaxBytes)}, the most of one model. Name a smaller one.");
}
