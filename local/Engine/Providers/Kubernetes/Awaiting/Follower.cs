using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Scalelab.Engine.Events;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>Follows the watches of one wait, tells what it waits for, and ends when it is ready, hopeless or too late.</summary>
internal sealed class Follower(KubeConnection connection, ProviderContext context, Urn urn)
{
    // How often the log of a pod that starts is looked into.
    private static readonly TimeSpan LogPeriod = TimeSpan.FromSeconds(3);

    // Timers reach no further than some weeks; a limit may.
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly PodLogs _logs = new(connection, context.Time);

    /// <exception cref="NotReadyException">It is hopeless, or did not become ready in time.</exception>
    public async Task FollowAsync(IWait wait, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (wait.Judge() == Verdict.Ready)
        {
            return;
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changes = Channel.CreateUnbounded<(WatchSource Source, KubeEvent Change)>();
        var watches = wait.Sources.Select(source => PumpAsync(source, changes.Writer, ending.Token)).ToArray();
        try
        {
            await JudgeAsync(wait, changes.Reader, limit, cancellationToken);
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(watches);
        }
    }

    private async Task JudgeAsync(IWait wait, ChannelReader<(WatchSource Source, KubeEvent Change)> changes, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        var lastLook = started;
        var line = "";
        long? hopelessSince = null;
        long? passableSince = null;
        string? told = null;
        while (true)
        {
            var verdict = wait.Judge();
            hopelessSince = verdict.IsHopeless ? hopelessSince ?? context.Time.GetTimestamp() : null;
            passableSince = verdict.Tolerance is not null ? passableSince ?? context.Time.GetTimestamp() : null;
            var untilBelieved = Remaining(hopelessSince, verdict.Grace);
            var untilPassed = Remaining(passableSince, verdict.Tolerance ?? TimeSpan.Zero);
            var untilLate = Remaining(started, limit);
            if (verdict.IsReady || untilPassed <= TimeSpan.Zero)
            {
                Warn(verdict.Message);
                return;
            }

            if (untilBelieved <= TimeSpan.Zero || untilLate <= TimeSpan.Zero)
            {
                var late = untilBelieved <= TimeSpan.Zero ? "" : $"not within {limit.TotalSeconds:0.###} seconds; last seen: ";
                throw new NotReadyException(late + verdict.Message + await _logs.LastLinesAsync(verdict.Log, cancellationToken));
            }

            var untilLook = verdict is { Log: not null, IsHopeless: false } ? Remaining(lastLook, LogPeriod) : TimeSpan.MaxValue;
            if (untilLook <= TimeSpan.Zero)
            {
                line = await _logs.LastLineAsync(verdict.Log!, cancellationToken) is { Length: > 0 } last ? $"; it says: {last}" : "";
                lastLook = context.Time.GetTimestamp();
                untilLook = LogPeriod;
            }

            var message = verdict.Message + (verdict.Log is null ? "" : line);
            if (message != told)
            {
                context.Status(urn, told = message);
            }

            TimeSpan[] limits = [untilBelieved, untilPassed, untilLate, untilLook];
            await NextAsync(changes, limits.Min(), cancellationToken);
        }
    }

    private TimeSpan Remaining(long? since, TimeSpan span) => since is { } start ? span - context.Time.GetElapsedTime(start) : TimeSpan.MaxValue;

    private void Warn(string message)
    {
        if (message.Length > 0)
        {
            context.Log(DiagnosticSeverity.Warning, message, urn);
        }
    }

    private async Task NextAsync(ChannelReader<(WatchSource Source, KubeEvent Change)> changes, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(atMost < LongestPause ? atMost : LongestPause, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            var (source, change) = await changes.ReadAsync(either.Token);
            source.Apply(change);
            // Together, as far as they are here already: a list is judged whole.
            while (changes.TryRead(out var more))
            {
                more.Source.Apply(more.Change);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time is up for something: the caller looks what.
        }
        catch (ChannelClosedException e) when (e.InnerException is { } inner)
        {
            ExceptionDispatchInfo.Throw(inner);
        }
    }

    private async Task PumpAsync(WatchSource source, ChannelWriter<(WatchSource Source, KubeEvent Change)> changes, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in connection.WatchAsync(source.Path, source.Selector, cancellationToken))
            {
                changes.TryWrite((source, change));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The waiting is over.
        }
        catch (KubeStatusException e) when (source.IsOptional)
        {
            context.Log(DiagnosticSeverity.Debug, $"{source.Path} cannot be watched, and counts as empty: {e.Message}", urn);
            changes.TryWrite((source, new KubeEvent("LISTED", [])));
        }
        catch (Exception e)
        {
            changes.TryComplete(e);
        }
    }
}
