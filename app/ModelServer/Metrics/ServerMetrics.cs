using System.Diagnostics.Metrics;
using Scalelab.ModelServer.Admission;

namespace Scalelab.ModelServer.Metrics;

/// <summary>What the server counts and times. The names of the phases are KServe's, so that its dashboards show this server too.</summary>
internal sealed class ServerMetrics
{
    /// <summary>The meter that all of it belongs to.</summary>
    public const string MeterName = "Scalelab.ModelServer";

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly InstrumentAdvice<int> Sizes = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128] };

    private readonly Meter _meter;
    private readonly Histogram<double> _queue;
    private readonly Histogram<double> _preprocess;
    private readonly Histogram<double> _predict;
    private readonly Histogram<double> _postprocess;
    private readonly Histogram<int> _batch;
    private readonly UpDownCounter<int> _inFlight;
    private readonly Counter<long> _refused;

    public ServerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _queue = Phase("request_queue_seconds", "Time that requests waited for a worker.");
        _preprocess = Phase("request_preprocess_seconds", "Time to make tensors of what was sent.");
        _predict = Phase("request_predict_seconds", "Time to run the network.");
        _postprocess = Phase("request_postprocess_seconds", "Time to make the answer of what the network gave.");
        _batch = _meter.CreateHistogram("batch_size", null, "Requests that ran together.", null, Sizes);
        _inFlight = _meter.CreateUpDownCounter<int>("requests_in_flight", null, "Predictions that have been asked for and not yet answered.");
        _refused = _meter.CreateCounter<long>("requests_refused", null, "Requests that were refused because the queue was full.");
    }

    /// <summary>Counts one answered request.</summary>
    public void Answered(string model, Phases phases)
    {
        var tag = Model(model);
        _queue.Record(phases.Queue.TotalSeconds, tag);
        _preprocess.Record(phases.Preprocess.TotalSeconds, tag);
        _predict.Record(phases.Inference.TotalSeconds, tag);
        _postprocess.Record(phases.Postprocess.TotalSeconds, tag);
    }

    /// <summary>Counts a run and the requests that it answers.</summary>
    public void Batch(string model, int requests) => _batch.Record(requests, Model(model));

    /// <summary>Counts a request that was refused because the queue was full.</summary>
    public void Refused() => _refused.Add(1);

    /// <summary>Counts a request from now until the returned value is disposed of.</summary>
    public InFlight Enter()
    {
        _inFlight.Add(1);
        return new InFlight(this);
    }

    /// <summary>Where the length of the queue is read when somebody asks.</summary>
    public void ObserveQueue(Func<int> length) => _meter.CreateObservableGauge("queue_length", length, null, "Requests that wait for a worker.");

    private static KeyValuePair<string, object?> Model(string name) => new("model_name", name);

    private Histogram<double> Phase(string name, string description) => _meter.CreateHistogram(name, null, description, null, Seconds);

    /// <summary>A request that is counted as in flight.</summary>
    public readonly struct InFlight(ServerMetrics metrics) : IDisposable
    {
        public void Dispose() => metrics._inFlight.Add(-1);
    }
}
