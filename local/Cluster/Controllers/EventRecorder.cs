using System.Globalization;
using System.Threading.Channels;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Scalelab.Cluster.Api;

namespace Scalelab.Cluster.Controllers;

/// <summary>
/// Writes events, in order and without making anyone wait. Equal events are counted in one object, many similar ones combined, and one
/// object's flood cut off, by the numbers of client-go's event correlator.
/// </summary>
internal sealed class EventRecorder : IAsyncDisposable
{
    private const int Pending = 1000;
    private const int Remembered = 4096;
    private const int SimilarToCombine = 10;
    private const int Burst = 25;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Refill = TimeSpan.FromMinutes(5);

    private readonly IApiClient _client;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(new BoundedChannelOptions(Pending)
    {
        FullMode = BoundedChannelFullMode.DropOldest,
        SingleReader = true,
    });

    private readonly Dictionary<object, Corev1Event> _written = [];
    private readonly Dictionary<object, Similar> _similar = [];
    private readonly Dictionary<object, Bucket> _buckets = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writer;

    public EventRecorder(IApiClient client, TimeProvider time, ILogger logger)
    {
        _client = client;
        _time = time;
        _logger = logger;
        _writer = WriteAllAsync(_stop.Token);
    }

    /// <summary>An event in the form of core/v1.</summary>
    /// <param name="source">Who reports it; the host is empty but for nodes.</param>
    public void Record(V1ObjectReference involved, V1EventSource source, string type, string reason, string message) =>
        _entries.Writer.TryWrite(new Entry(involved, source, null, type, reason, message, _time.GetUtcNow().UtcDateTime));

    /// <summary>An event in the form of events.k8s.io, which the scheduler writes: with an action and a precise time, without a count.</summary>
    public void Record(V1ObjectReference involved, string reporter, string action, string type, string reason, string message) =>
        _entries.Writer.TryWrite(new Entry(involved, new V1EventSource { Component = reporter }, action, type, reason, message, _time.GetUtcNow().UtcDateTime));

    /// <summary>A reference to an object as events carry it.</summary>
    public static V1ObjectReference Reference(IKubernetesObject<V1ObjectMeta> resource, string apiVersion, string kind, string? fieldPath = null) => new()
    {
        ApiVersion = apiVersion,
        Kind = kind,
        Name = resource.Metadata.Name,
        NamespaceProperty = resource.Metadata.NamespaceProperty,
        Uid = resource.Metadata.Uid,
        ResourceVersion = resource.Metadata.ResourceVersion,
        FieldPath = fieldPath,
    };

    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _stop.CancelAsync();
        await _writer;
        _stop.Dispose();
    }

    private static DateTime Seconds(DateTime time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);

    private async Task WriteAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var entry in _entries.Reader.ReadAllAsync(cancellationToken))
            {
                try
                {
                    await WriteAsync(entry, cancellationToken);
                }
                catch (ApiException exception)
                {
                    // The namespace may be going away, taking its events with it.
                    _logger.LogDebug("The event {Reason} of {Kind} {Name} is not written: {Message}", entry.Reason, entry.Involved.Kind, entry.Involved.Name, exception.Message);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task WriteAsync(Entry entry, CancellationToken cancellationToken)
    {
        if (_written.Count > Remembered || _similar.Count > Remembered || _buckets.Count > Remembered)
        {
            _written.Clear();
            _similar.Clear();
            _buckets.Clear();
        }

        if (!TakeToken(entry))
        {
            return;
        }

        entry = Combine(entry);
        if (_written.TryGetValue(entry.Key, out var earlier) && await CountAsync(entry, earlier, cancellationToken))
        {
            return;
        }

        _written[entry.Key] = await _client.CreateAsync(Create(entry), cancellationToken);
    }

    private async Task<bool> CountAsync(Entry entry, Corev1Event earlier, CancellationToken cancellationToken)
    {
        var next = entry.Action is null
            ? earlier with { Count = (earlier.Count ?? 1) + 1, LastTimestamp = Seconds(entry.Time), Message = entry.Message }
            : earlier with { Series = new Corev1EventSeries { Count = (earlier.Series?.Count ?? 1) + 1, LastObservedTime = entry.Time } };
        try
        {
            _written[entry.Key] = await _client.UpdateAsync(next, cancellationToken);
            return true;
        }
        catch (ApiException exception) when (exception.Code is 404 or 409)
        {
            _written.Remove(entry.Key);
            return false;
        }
    }

    private static Corev1Event Create(Entry entry)
    {
        var nanoseconds = (entry.Time - DateTime.UnixEpoch).Ticks * 100;
        return new Corev1Event
        {
            ApiVersion = "v1",
            Kind = "Event",
            Metadata = new V1ObjectMeta
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"{entry.Involved.Name}.{nanoseconds + Interlocked.Increment(ref _sequence):x}"),
                NamespaceProperty = entry.Involved.NamespaceProperty ?? "default",
            },
            InvolvedObject = entry.Involved,
            Type = entry.Type,
            Reason = entry.Reason,
            Message = entry.Message,
            Action = entry.Action,
            Source = entry.Action is null ? entry.Source : new V1EventSource(),
            FirstTimestamp = entry.Action is null ? Seconds(entry.Time) : null,
            LastTimestamp = entry.Action is null ? Seconds(entry.Time) : null,
            Count = entry.Action is null ? 1 : null,
            EventTime = entry.Action is null ? null : entry.Time,

            // The correlator makes a combined event anew and forgets who reported it, but for the source.
            ReportingComponent = entry.IsCombined ? "" : entry.Source.Component,
            ReportingInstance = entry.IsCombined ? "" : entry.Action is null ? entry.Source.Host ?? "" : entry.Source.Component,
        };
    }

    // Two events of one object at one instant need two names; a nanosecond more hurts nobody.
    private static long _sequence;

    private bool TakeToken(Entry entry)
    {
        // A real kubelet goes on telling what probes find, and what follows, after the other events of a pod have been cut off.
        var key = (entry.Source.Component, entry.Source.Host, entry.Involved.Kind, entry.Involved.Uid ?? entry.Involved.Name, entry.Reason is "Unhealthy" or "Killing");
        var bucket = _buckets.GetValueOrDefault(key) ?? new Bucket(Burst, entry.Time);
        var tokens = Math.Min(Burst, bucket.Tokens + ((entry.Time - bucket.Time) / Refill));
        _buckets[key] = new Bucket(tokens >= 1 ? tokens - 1 : tokens, entry.Time);
        return tokens >= 1;
    }

    private Entry Combine(Entry entry)
    {
        var key = entry.SimilarKey;
        if (!_similar.TryGetValue(key, out var similar) || entry.Time - similar.Last > Window)
        {
            similar = new Similar([], entry.Time);
        }

        _similar[key] = similar with { Last = entry.Time };
        if (!similar.Messages.Contains(entry.Message))
        {
            similar.Messages.Add(entry.Message);
        }

        if (similar.Messages.Count < SimilarToCombine)
        {
            return entry;
        }

        // One is forgotten for each that comes, so those still known go on being counted by themselves. Upstream forgets any, we the oldest.
        similar.Messages.RemoveAt(0);
        return entry with { Message = "(combined from similar events): " + entry.Message, IsCombined = true, Key = (key, "combined") };
    }

    private sealed record Similar(List<string> Messages, DateTime Last);

    private sealed record Bucket(double Tokens, DateTime Time);

    private sealed record Entry(V1ObjectReference Involved, V1EventSource Source, string? Action, string Type, string Reason, string Message, DateTime Time)
    {
        public object SimilarKey { get; } =
            (Source.Component, Source.Host, Involved.Kind, Involved.NamespaceProperty, Involved.Name, Involved.Uid, (Type, Reason));

        /// <summary>What makes two events the same; in the form of events.k8s.io the version of the object does too.</summary>
        public object Key { get; init; } = (
            Source.Component,
            Source.Host,
            Involved.Kind,
            Involved.NamespaceProperty,
            Involved.Name,
            Involved.Uid,
            (Involved.FieldPath, Type, Reason, Message, Action is null ? null : Involved.ResourceVersion));

        public bool IsCombined { get; init; }
    }
}
