using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Scalelab.ModelServer.Metrics;

/// <summary>Adds up what the server's meters measure, and writes it as Prometheus reads it (text format 0.0.4).</summary>
internal sealed class Prometheus : IDisposable
{
    /// <summary>Content type of <see cref="Write"/>.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly string[] Meters = [ServerMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "System.Runtime"];

    private readonly IMeterFactory _meters;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();

    public Prometheus(IMeterFactory meters)
    {
        _meters = meters;
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<double>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, family) => ((MetricFamily)family!).Record(value, tags));
        _listener.Start();
    }

    /// <summary>Everything measured so far.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
        {
            family.Write(text);
        }
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    // Meters of this server only: others of the same name may live in the process, in tests for one. The runtime's belongs to all.
    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (Meters.Contains(instrument.Meter.Name) && (instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, _meters)))
        {
            listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, MetricFamily.Of));
        }
    }
}
