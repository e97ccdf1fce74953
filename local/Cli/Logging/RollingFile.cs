using System.Text;

namespace Scalelab.Cli.Logging;

/// <summary>A log file of bounded size: when it is full it becomes <c>&lt;name&gt;.1</c>, in place of the one before, and starts anew.</summary>
internal sealed class RollingFile(string path, long maxBytes = RollingFile.DefaultMaxBytes) : IDisposable
{
    private const long DefaultMaxBytes = 8 * 1024 * 1024;

    private readonly Lock _lock = new();
    private FileStream? _file;

    /// <summary>Appends a line. A disk that is full costs log lines, never the work that they tell of.</summary>
    public void WriteLine(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + Environment.NewLine);
        lock (_lock)
        {
            try
            {
                _file ??= Open();
                if (_file.Length + bytes.Length > maxBytes && _file.Length > 0)
                {
                    _file.Dispose();
                    File.Move(path, $"{path}.1", overwrite: true);
                    _file = Open();
                }

                _file.Write(bytes);
                _file.Flush();
            }
            catch (IOException e)
            {
                Console.Error.WriteLine($"{path} cannot be written: {e.Message}");
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private FileStream Open() => new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
}
