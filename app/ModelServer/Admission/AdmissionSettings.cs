namespace Scalelab.ModelServer.Admission;

/// <summary>How much is worked on at once, and how much may wait.</summary>
/// <param name="Workers">Requests that run at once: the container's cores, divided by the threads of each.</param>
/// <param name="IntraOpThreads">Threads that work on one run together.</param>
/// <param name="QueueLimit">Requests that may wait for a worker; more are refused with 503.</param>
/// <param name="MaxBatchSize">Waiting requests of one model that may run together; 1 for no batching.</param>
internal sealed record AdmissionSettings(int Workers, int IntraOpThreads, int QueueLimit, int MaxBatchSize)
{
    private const int DefaultQueueLimit = 512;

    /// <summary>INTRA_OP_THREADS, WORKERS, QUEUE_LIMIT and MAX_BATCH_SIZE, for a container of <paramref name="cores"/> cores.</summary>
    /// <exception cref="SettingsException">One of them is no number in its range.</exception>
    public static AdmissionSettings From(IConfiguration configuration, double cores)
    {
        var whole = Math.Max(1, (int)Math.Floor(cores));
        // "auto" gives a run the whole container; one thread by default, because replicas and parallel requests use cores better.
        var threads = string.Equals(configuration["INTRA_OP_THREADS"], "auto", StringComparison.OrdinalIgnoreCase)
            ? whole
            : Setting.Number(configuration, "INTRA_OP_THREADS", 1, 1, 256);
        var workers = Math.Max(1, (int)Math.Ceiling(cores / threads));
        return new AdmissionSettings(
            Setting.Number(configuration, "WORKERS", workers, 1, 256),
            threads,
            Setting.Number(configuration, "QUEUE_LIMIT", DefaultQueueLimit, 1, 100_000),
            Setting.Number(configuration, "MAX_BATCH_SIZE", 1, 1, 1024));
    }
}
