using Scalelab.ModelServer.Inference;

namespace Scalelab.ModelServer.Models.Sources;

/// <summary>
/// Models by their content, in a folder that several processes may share. A model appears whole or not at all; what is being fetched lies beside it,
/// behind a lock that goes with its process.
/// </summary>
internal sealed class ModelCache(string folder, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(200);

    /// <summary>The model of a key; <paramref name="fill"/> brings it when it is not there.</summary>
    /// <param name="key">Name of its folder.</param>
    /// <param name="isVersioned">Whether the key tells the content. If not, the model is brought every time, and filed by what was brought.</param>
    /// <param name="shown">What logs and errors call it.</param>
    /// <param name="fill">Fills <see cref="WorkFolder.Model"/>. What it leaves in <see cref="WorkFolder.Downloads"/> is there again after a failure.</param>
    /// <param name="cancellationToken">Ends the waiting for another process.</param>
    public async Task<string> GetOrAddAsync(string key, bool isVersioned, string shown, Func<WorkFolder, Task> fill, CancellationToken cancellationToken)
    {
        if (isVersioned && Find(key) is { } found)
        {
            return found;
        }
        Directory.CreateDirectory(Path.Combine(folder, "models"));
        using var turn = await LockAsync(key, shown, cancellationToken);
        if (isVersioned && Find(key) is { } meanwhile)
        {
            return meanwhile;
        }
        var work = WorkFolder.Open(Path.Combine(folder, "work", key), keepDownloads: isVersioned);
        await fill(work);
        ModelFolder.NameNetwork(work.Model);
        if (!Directory.EnumerateFileSystemEntries(work.Model).Any())
        {
            throw new ModelException($"{shown} holds no files. Name the folder, archive or artifact that the model is in.");
        }
        var final = Path.Combine(folder, "models", isVersioned ? key : await ModelFolder.HashAsync(work.Model, cancellationToken));
        if (!Directory.Exists(final))
        {
            Directory.Move(work.Model, final);
        }
        work.Delete();
        return ModelFolder.Descend(final);
    }

    private string? Find(string key)
    {
        var model = Path.Combine(folder, "models", key);
        return Directory.Exists(model) ? ModelFolder.Descend(model) : null;
    }

    private async Task<FileStream> LockAsync(string key, string shown, CancellationToken cancellationToken)
    {
        var locks = Directory.CreateDirectory(Path.Combine(folder, "locks")).FullName;
        var path = Path.Combine(locks, key);
        for (var told = false; ; told = true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                if (!told)
                {
                    logger.LogInformation("Waiting for another server that fetches {Model} into {Folder}", shown, folder);
                }
                await Task.Delay(LockPoll, time, cancellationToken);
            }
        }
    }
}
