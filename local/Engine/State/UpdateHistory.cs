using System.Globalization;
using System.Text.Json;

namespace Scalelab.Engine.State;

/// <summary>The last updates of one stack, each with the state that it left, in a folder of their own.</summary>
internal sealed class UpdateHistory(string stateFolder, string stack)
{
    private const int Kept = 30;
    private const string RecordSuffix = ".history.json";
    private const string StateSuffix = ".state.json";
    private const string ReplacedSuffix = ".replaced.json";

    private readonly string _folder = Path.Combine(stateFolder, "history", stack);

    /// <summary>The newest first.</summary>
    /// <exception cref="EngineException">A record cannot be read.</exception>
    public IReadOnlyList<UpdateRecord> Read() => [.. Versions().OrderDescending().Select(Read)];

    /// <summary>Adds an update and, where there still is a state, a copy of that.</summary>
    /// <exception cref="EngineException">It cannot be written.</exception>
    public void Add(UpdateRecord record, string stateFile)
    {
        try
        {
            StateFolder.Create(_folder);
            var version = Next();
            if (File.Exists(stateFile))
            {
                File.Copy(stateFile, FileOf(version, StateSuffix), overwrite: true);
            }

            using (var file = new FileStream(FileOf(version, RecordSuffix), StateFolder.ForOwner(FileMode.Create)))
            {
                JsonSerializer.Serialize(file, record with { Version = version });
            }

            foreach (var old in Versions().OrderDescending().Skip(Kept))
            {
                File.Delete(FileOf(old, StateSuffix));
                File.Delete(FileOf(old, ReplacedSuffix));
                File.Delete(FileOf(old, RecordSuffix));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EngineException($"The history in {_folder} cannot be written: {e.Message} Free the disk or correct the folder's permissions.", e);
        }
    }

    /// <summary>Keeps what the next update to be added puts something else in the place of. Returns where.</summary>
    public string KeepReplaced(byte[] state)
    {
        StateFolder.Create(_folder);
        var path = FileOf(Next(), ReplacedSuffix);
        using var file = new FileStream(path, StateFolder.ForOwner(FileMode.Create));
        file.Write(state);
        return path;
    }

    /// <summary>The state that an update left; null when there is none of that version, or it left none.</summary>
    public byte[]? StateOf(int version)
    {
        var path = FileOf(version, StateSuffix);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    public void Delete()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private int Next() => Versions().DefaultIfEmpty().Max() + 1;

    private IEnumerable<int> Versions() => !Directory.Exists(_folder)
        ? []
        : Directory.EnumerateFiles(_folder, $"*{RecordSuffix}")
            .Select(path => int.TryParse(Path.GetFileName(path)[..^RecordSuffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Where(version => version > 0);

    private UpdateRecord Read(int version)
    {
        var path = FileOf(version, RecordSuffix);
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize<UpdateRecord>(file)!;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new EngineException($"{path} is no record of an update: {e.Message} Delete it.", e);
        }
    }

    private string FileOf(int version, string suffix) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{version:00000}{suffix}"));
}
