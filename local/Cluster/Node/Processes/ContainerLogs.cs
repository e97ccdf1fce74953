using System.Collections.Concurrent;

namespace Scalelab.Cluster.Node.Processes;

/// <summary>The logs being written at present, by path, so that a reader can wait for more instead of asking again and again.</summary>
internal sealed class ContainerLogs(long limit, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, ContainerLog> _open = new(StringComparer.Ordinal);

    /// <summary>The size at which kubelet's <c>containerLogMaxSize</c> rotates: 10 MiB.</summary>
    public const long DefaultLimit = 10 << 20;

    public ContainerLog Open(string path) => _open.GetOrAdd(path, p => new ContainerLog(p, limit, time));

    /// <summary>The log if it is still being written; null once closed.</summary>
    public ContainerLog? Find(string path) => _open.GetValueOrDefault(path);

    public void Close(string path)
    {
        if (_open.TryRemove(path, out var log))
        {
            log.Dispose();
        }
    }
}
