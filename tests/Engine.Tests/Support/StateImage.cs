using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Tests.Support;

/// <summary>What a killed engine leaves: the files of the state as they are at one moment, and what the cloud holds then.</summary>
internal sealed class StateImage : IEquatable<StateImage>
{
    private readonly byte[]? _state;
    private readonly byte[]? _journal;
    private readonly KeyValuePair<string, PropertyMap>[] _cloud;

    private StateImage(byte[]? state, byte[]? journal, KeyValuePair<string, PropertyMap>[] cloud)
    {
        _state = state;
        _journal = journal;
        _cloud = cloud;
    }

    public int JournalLength => _journal?.Length ?? 0;

    public static StateImage Take(TestStack stack) => new(ReadAll(stack.StatePath), ReadAll(stack.JournalPath), [.. stack.Cloud.Resources]);

    /// <summary>The same, but the last line of the journal reached the disk in part.</summary>
    public StateImage TornLastLine(Random random)
    {
        var start = _journal.AsSpan(0, _journal!.Length - 1).LastIndexOf((byte)'\n') + 1;
        return new StateImage(_state, _journal[..random.Next(start, _journal.Length)], _cloud);
    }

    /// <summary>Puts the files back. What the cloud holds is left alone.</summary>
    public void Restore(TestStack stack)
    {
        Directory.CreateDirectory(stack.StateFolder);
        Restore(stack.StatePath, _state);
        Restore(stack.JournalPath, _journal);
    }

    /// <summary>Puts files and cloud back.</summary>
    public void RestoreWithCloud(TestStack stack)
    {
        Restore(stack);
        stack.Cloud.Resources.Clear();
        foreach (var (id, outputs) in _cloud)
        {
            stack.Cloud.Resources[id] = outputs;
        }
    }

    public bool Equals(StateImage? other) => other is not null && Same(_state, other._state) && Same(_journal, other._journal);

    public override bool Equals(object? obj) => Equals(obj as StateImage);

    public override int GetHashCode() => HashCode.Combine(_state?.Length, _journal?.Length);

    private static bool Same(byte[]? a, byte[]? b) => a is null ? b is null : b is not null && a.AsSpan().SequenceEqual(b);

    private static byte[]? ReadAll(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static void Restore(string path, byte[]? bytes)
    {
        if (bytes is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllBytes(path, bytes);
        }
    }
}
