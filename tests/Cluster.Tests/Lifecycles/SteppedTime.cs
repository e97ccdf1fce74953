using Microsoft.Extensions.Time.Testing;

namespace Scalelab.Cluster.Tests.Lifecycles;

/// <summary>A clock that stands still between the moments at which somebody waits for it, and goes from one to the next.</summary>
internal sealed class SteppedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly SortedSet<DateTimeOffset> _due = [];
    private readonly List<(DateTimeOffset First, TimeSpan Period)> _periods = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Note(dueTime, period);
        return new Noted(this, base.CreateTimer(callback, state, dueTime, period));
    }

    /// <summary>Goes to the next moment that matters, but not beyond a limit.</summary>
    public void Step(DateTimeOffset limit)
    {
        var (now, next) = (GetUtcNow(), limit);
        lock (_lock)
        {
            _due.RemoveWhere(due => due <= now);
            next = _due.Count > 0 && _due.Min < next ? _due.Min : next;
            foreach (var (first, period) in _periods)
            {
                var due = first > now ? first : first + (period * (Math.Floor((now - first) / period) + 1));
                next = due < next ? due : next;
            }
        }

        Advance(next > now ? next - now : TimeSpan.Zero);
    }

    public void Step() => Step(GetUtcNow() + Longest);

    private void Note(TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero)
        {
            return;
        }

        lock (_lock)
        {
            var due = GetUtcNow() + dueTime;
            _due.Add(due);
            if (period > TimeSpan.Zero)
            {
                _periods.Add((due, period));
            }
        }
    }

    private sealed class Noted(SteppedTime time, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time.Note(dueTime, period);
            return timer.Change(dueTime, period);
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
