using System.Globalization;
using System.Text;

namespace Scalelab.ModelServer.Metrics;

/// <summary>The numbers of one set of labels.</summary>
internal sealed class MetricSeries
{
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly double[] _bounds;
    private readonly long[] _buckets;
    private readonly Lock _lock = new();
    private double _value;
    private long _count;

    public MetricSeries(ReadOnlySpan<KeyValuePair<string, object?>> tags, double[] bounds)
    {
        _tags = tags.ToArray();
        _bounds = bounds;
        _buckets = new long[bounds.Length];
        Labels = string.Join(",", _tags.Select(tag => $"{tag.Key.Replace('.', '_')}=\"{Escape(Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "")}\""));
    }

    /// <summary>The labels as they stand between the braces.</summary>
    public string Labels { get; }

    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length != _tags.Length)
        {
            return false;
        }
        for (var i = 0; i < tags.Length; i++)
        {
            if (tags[i].Key != _tags[i].Key || !Equals(tags[i].Value, _tags[i].Value))
            {
                return false;
            }
        }
        return true;
    }

    public void Add(double value)
    {
        lock (_lock)
        {
            _value += value;
        }
    }

    public void Set(double value)
    {
        lock (_lock)
        {
            _value = value;
        }
    }

    public void Observe(double value)
    {
        lock (_lock)
        {
            _value += value;
            _count++;
            for (var bucket = 0; bucket < _bounds.Length; bucket++)
            {
                if (value <= _bounds[bucket])
                {
                    _buckets[bucket]++;
                    break;
                }
            }
        }
    }

    public void Write(StringBuilder text, string name)
    {
        lock (_lock)
        {
            if (_bounds.Length == 0)
            {
                Line(text, name, Labels, _value);
                return;
            }
            var sum = 0L;
            for (var i = 0; i < _bounds.Length; i++)
            {
                sum += _buckets[i];
                Line(text, $"{name}_bucket", Bucket(_bounds[i].ToString(CultureInfo.InvariantCulture)), sum);
            }
            Line(text, $"{name}_bucket", Bucket("+Inf"), _count);
            Line(text, $"{name}_sum", Labels, _value);
            Line(text, $"{name}_count", Labels, _count);
        }
    }

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"{name}{(labels.Length > 0 ? $"{{{labels}}}" : "")} {value}\n");

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private string Bucket(string bound) => Labels.Length > 0 ? $"{Labels},le=\"{bound}\"" : $"le=\"{bound}\"";
}
