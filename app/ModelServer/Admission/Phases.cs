using System.Globalization;

namespace Scalelab.ModelServer.Admission;

/// <summary>Where the time of one request went.</summary>
internal sealed class Phases
{
    /// <summary>Waiting for a worker.</summary>
    public TimeSpan Queue { get; set; }

    /// <summary>Making tensors of what was sent.</summary>
    public TimeSpan Preprocess { get; set; }

    /// <summary>Running the network.</summary>
    public TimeSpan Inference { get; set; }

    /// <summary>Making the answer of what the network gave.</summary>
    public TimeSpan Postprocess { get; set; }

    /// <summary>Adds the times of runs that went on side by side: of each phase the longest.</summary>
    public void AddSlowest(IReadOnlyCollection<Phases> runs)
    {
        Queue += runs.Max(run => run.Queue);
        Preprocess += runs.Max(run => run.Preprocess);
        Inference += runs.Max(run => run.Inference);
        Postprocess += runs.Max(run => run.Postprocess);
    }

    /// <summary>The value of a Server-Timing header (W3C Server Timing), in milliseconds.</summary>
    public string ToServerTiming() => string.Create(
        CultureInfo.InvariantCulture,
        $"queue;dur={Queue.TotalMilliseconds:0.###}, preprocess;dur={Preprocess.TotalMilliseconds:0.###}, inference;dur={Inference.TotalMilliseconds:0.###}, postprocess;dur={Postprocess.TotalMilliseconds:0.###}");
}
