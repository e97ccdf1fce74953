using Scalelab.Cluster.Controllers;

namespace Scalelab.Cluster.Metrics;

/// <summary>
/// Keeps the last two readings of each container; what it used between them is its usage. A container started shortly before its first
/// reading counts from its start, so that a new pod has metrics by the next sample, as metrics-server does it.
/// </summary>
/// <param name="resolution">The time between two samples.</param>
internal sealed class UsageStore(TimeSpan resolution) : IPodUsageSource
{
    // metrics-server's freshContainerMinMetricsResolution: over less than this, the start of a process says too little about it.
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(10);

    private readonly Lock _writing = new();
    private volatile Sample _last = new(DateTimeOffset.MinValue, TimeSpan.Zero, new Dictionary<string, Point>(), new Dictionary<ObjectKey, PodUsage>());

    /// <summary>Takes a sample of everything that runs.</summary>
    public void Add(IReadOnlyList<ContainerReading> readings, DateTimeOffset now)
    {
        lock (_writing)
        {
            var last = _last;
            var points = new Dictionary<string, Point>(readings.Count, StringComparer.Ordinal);
            var pods = new Dictionary<ObjectKey, PodUsage>();
            foreach (var pod in readings.GroupBy(reading => reading.Pod))
            {
                var containers = new List<ContainerUsage>();
                var (begin, complete) = (now, true);
                foreach (var reading in pod)
                {
                    points[reading.Id] = new Point(now, reading.Cpu);
                    if (Before(reading, last, now) is not { } before)
                    {
                        complete = false;
                        continue;
                    }

                    begin = before.At < begin ? before.At : begin;
                    containers.Add(new ContainerUsage(reading.Container, NanoCores(reading.Cpu - before.Cpu, now - before.At), reading.MemoryBytes));
                }

                if (complete)
                {
                    pods[pod.Key.Key] = new PodUsage(pod.Key.Key.Namespace!, pod.Key.Key.Name, pod.Key.Uid, pod.Key.Node, now, now - begin, containers);
                }
            }

            _last = new Sample(now, last.At == DateTimeOffset.MinValue ? TimeSpan.Zero : now - last.At, points, pods);
        }
    }

    public IEnumerable<PodUsage> InNamespace(string namespaceName) => _last.Pods.Values.Where(pod => pod.Namespace == namespaceName);

    public PodUsage? Find(ObjectKey pod) => _last.Pods.GetValueOrDefault(pod);

    /// <summary>The sum of a node's pods; null before there are two samples.</summary>
    public NodeUsage? OfNode(string name)
    {
        var sample = _last;
        if (sample.Window == TimeSpan.Zero)
        {
            return null;
        }

        var containers = sample.Pods.Values.Where(pod => pod.Node == name).SelectMany(pod => pod.Containers).ToList();
        return new NodeUsage(sample.At, sample.Window, containers.Sum(container => container.NanoCores), containers.Sum(container => container.MemoryBytes));
    }

    private Point? Before(ContainerReading reading, Sample last, DateTimeOffset now)
    {
        var age = now - reading.StartedAt;
        if (age < resolution && age >= ShortestWindow)
        {
            return new Point(reading.StartedAt, TimeSpan.Zero);
        }

        return last.Points.TryGetValue(reading.Id, out var point) && point.At < now ? point : null;
    }

    private static long NanoCores(TimeSpan cpu, TimeSpan window) => (long)Math.Max(0, cpu / window * 1e9);

    private readonly record struct Point(DateTimeOffset At, TimeSpan Cpu);

    private sealed record Sample(DateTimeOffset At, TimeSpan Window, IReadOnlyDictionary<string, Point> Points, IReadOnlyDictionary<ObjectKey, PodUsage> Pods);
}
