using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Scalelab.ModelServer.Metrics;

/// <summary>One instrument's series, one for each set of labels.</summary>
internal sealed class MetricFamily
{
    // A label whose values a client could choose must not take the server's memory: what is too much is added up in one series.
    private const int MaxSeries = 500;

    private readonly string _type;
    private readonly string? _help;
    private readonly bool _isSum;
    private readonly double[] _bounds;
    private readonly ConcurrentDictionary<int, MetricSeries[]> _series = new();
    private readonly Lock _lock = new();
    private int _count;

    private MetricFamily(string name, string type, string? help, bool isSum, double[] bounds)
    {
        Name = name;
        _type = type;
        _help = help;
        _isSum = isSum;
        _bounds = bounds;
    }

    /// <summary>The name as Prometheus spells it.</summary>
    public string Name { get; }

    public static MetricFamily Of(Instrument instrument)
    {
        var kind = instrument.GetType().Name;
        var name = new StringBuilder(instrument.Name).Replace('.', '_').ToString();
        name += instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        return kind.StartsWith("Histogram", StringComparison.Ordinal) ? new MetricFamily(name, "histogram", instrument.Description, true, Bounds(instrument))
            : kind.StartsWith("Counter", StringComparison.Ordinal) ? new MetricFamily($"{name}_total", "counter", instrument.Description, true, [])
            : kind.StartsWith("ObservableCounter", StringComparison.Ordinal) ? new MetricFamily($"{name}_total", "counter", instrument.Description, false, [])
            : new MetricFamily(name, "gauge", instrument.Description, kind.StartsWith("UpDownCounter", StringComparison.Ordinal), []);
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Find(tags);
        if (_type == "histogram")
        {
            series.Observe(value);
        }
        else if (_isSum)
        {
            series.Add(value);
        }
        else
        {
            series.Set(value);
        }
    }

    public void Write(StringBuilder text)
    {
        if (_series.IsEmpty)
        {
            return;
        }
        text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {_help}\n# TYPE {Name} {_type}\n");
        foreach (var series in _series.Values.SelectMany(same => same).OrderBy(series => series.Labels, StringComparer.Ordinal))
        {
            series.Write(text, Name);
        }
    }

    private static double[] Bounds(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static MetricSeries? Same(MetricSeries[] candidates, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var candidate in candidates)
        {
            if (candidate.Has(tags))
            {
                return candidate;
            }
        }
        return null;
    }

    private static int Hash(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = new HashCode();
        foreach (var (key, value) in tags)
        {
            hash.Add(key);
            hash.Add(value);
        }
        return hash.ToHashCode();
    }

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = Hash(tags);
        if (_series.TryGetValue(hash, out var same) && Same(same, tags) is { } found)
        {
            return found;
        }
        lock (_lock)
        {
            if (_count >= MaxSeries)
            {
                KeyValuePair<string, object?>[] overflow = [new("overflow", "true")];
                tags = overflow;
                hash = Hash(tags);
            }
            if (_series.TryGetValue(hash, out same) && Same(same, tags) is { } made)
            {
                return made;
            }
            var series = new MetricSeries(tags, _bounds);
            _series[hash] = [.. same ?? [], series];
            _count++;
            return series;
        }
    }
}
