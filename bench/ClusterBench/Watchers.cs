using System.Globalization;
using System.Text;

namespace Scalelab.ClusterBench;

/// <summary>
/// Many watches of one object, each over a connection of its own, while it is updated: whether every watch sees every update once and in order, and
/// how long after the update was sent.
/// </summary>
internal sealed class Watchers(Api api, int watchers, int writers, int updates)
{
    private const string Collection = "/api/v1/namespaces/watched/configmaps";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly byte[] SentMark = Encoding.ASCII.GetBytes("\"sent\":\"");
    private static readonly byte[] VersionMark = Encoding.ASCII.GetBytes("\"resourceVersion\":\"");

    private readonly TaskCompletionSource _allOpen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;

    /// <returns>Updates per second, the delays in milliseconds, and what was lost or out of order (null where nothing was).</returns>
    public async Task<(double PerSecond, double P50, double P99, string? Fault)> RunAsync()
    {
        var name = $"w{writers}";
        await api.PostAsync(Collection, $$"""{"metadata":{"name":"{{name}}"},"data":{"sent":"0"} }""").ConfigureAwait(false);
        using var stop = new CancellationTokenSource(Patience);
        var watching = Enumerable.Range(0, watchers).Select(_ => Task.Run(() => WatchAsync(name, stop.Token), stop.Token)).ToList();
        await _allOpen.Task.WaitAsync(stop.Token).ConfigureAwait(false);

        var begin = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => WriteAsync(name, updates / writers))).ConfigureAwait(false);
        var elapsed = TimeProvider.System.GetElapsedTime(begin);
        var seen = await Task.WhenAll(watching).ConfigureAwait(false);

        var delays = seen.SelectMany(one => one.Delays).Order().ToList();
        var fault = seen.Select(one => one.Fault).FirstOrDefault(one => one is not null)
            ?? (seen.All(one => one.Versions.SequenceEqual(seen[0].Versions)) ? null : "watches saw different updates");
        return (updates / elapsed.TotalSeconds, delays[delays.Count / 2], delays[delays.Count * 99 / 100], fault);
    }

    private async Task WriteAsync(string name, int count)
    {
        using var client = api.Connect();
        for (var index = 0; index < count; index++)
        {
            var sent = TimeProvider.System.GetTimestamp().ToString(CultureInfo.InvariantCulture);
            await Api.SendAsync(client, HttpMethod.Patch, $"{Collection}/{name}", $$$"""{"data":{"sent":"{{{sent}}}"} }""", "application/merge-patch+json").ConfigureAwait(false);
        }
    }

    private async Task<Seen> WatchAsync(string name, CancellationToken cancellationToken)
    {
        using var client = api.Connect();
        using var response = await client.GetAsync(
            new Uri($"{Collection}?watch=true&fieldSelector=metadata.name%3D{name}&resourceVersion=0", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var seen = new Seen(updates);
        var (buffer, filled) = (new byte[64 * 1024], 0);
        while (seen.Versions.Count <= updates)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                seen.Fault = "a watch ended early";
                break;
            }

            var now = TimeProvider.System.GetTimestamp();
            filled += count;
            var start = 0;
            while (buffer.AsSpan(start, filled - start).IndexOf((byte)'\n') is >= 0 and var length)
            {
                Take(seen, buffer.AsSpan(start, length), now);
                start += length + 1;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
        }

        return seen;
    }

    private void Take(Seen seen, ReadOnlySpan<byte> line, long now)
    {
        var version = Number(line, VersionMark);
        if (seen.Versions.Count == 0)
        {
            // The object as it was when the watch began.
            if (Interlocked.Increment(ref _open) == watchers)
            {
                _allOpen.SetResult();
            }
        }
        else
        {
            seen.Delays.Add(TimeProvider.System.GetElapsedTime(Number(line, SentMark), now).TotalMilliseconds);
            if (version <= seen.Versions[^1])
            {
                seen.Fault = $"revision {version} came after {seen.Versions[^1]}";
            }
        }

        seen.Versions.Add(version);
    }

    private static long Number(ReadOnlySpan<byte> line, ReadOnlySpan<byte> mark)
    {
        var rest = line[(line.IndexOf(mark) + mark.Length)..];
        return long.Parse(rest[..rest.IndexOf((byte)'"')], CultureInfo.InvariantCulture);
    }

    private sealed class Seen(int updates)
    {
        public List<double> Delays { get; } = new(updates);

        public List<long> Versions { get; } = new(updates + 1);

        public string? Fault { get; set; }
    }
}
