using k8s.Models;

namespace Scalelab.Cluster.Node.Probes;

/// <summary>
/// Asks one question of one run of a container again and again: at once (after the initial delay), then every period. Reports when
/// the verdict changes, which takes as many equal answers in a row as the thresholds say.
/// </summary>
/// <param name="verdict">Told the verdict.</param>
/// <param name="failed">Told every counted failure, before the verdict.</param>
internal sealed class ProbeLoop(
    IProber prober, ProbeKind kind, V1Probe probe, ProbeTarget target, Action<bool> verdict, Action<ProbeAnswer> failed, TimeProvider time)
{
    private static readonly TimeSpan FirstPeek = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPeek = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _period = TimeSpan.FromSeconds(probe.PeriodSeconds is > 0 and var seconds ? seconds : 10);
    private bool? _last;
    private int _inRow;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (probe.InitialDelaySeconds is > 0 and var delay)
            {
                await Task.Delay(TimeSpan.FromSeconds(delay), time, cancellationToken);
            }

            // A process needs a moment before it listens. Until the first success an open port is looked for between the periods too:
            // it costs next to nothing, and a failure in between counts for nothing. A command is too dear for that, and for
            // liveness nobody waits.
            var peeks = kind != ProbeKind.Liveness && probe.Exec is null;
            while (true)
            {
                var asked = time.GetTimestamp();
                peeks = !await AskAsync(cancellationToken) && peeks;
                if (peeks && await PeekAsync(asked, cancellationToken))
                {
                    peeks = false;
                    asked = time.GetTimestamp();
                }

                var rest = _period - time.GetElapsedTime(asked);
                if (rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, time, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run has ended.
        }
    }

    /// <summary>Looks until the next regular question is due; true as soon as one was answered with success.</summary>
    private async Task<bool> PeekAsync(long asked, CancellationToken cancellationToken)
    {
        for (var pause = FirstPeek; _period - time.GetElapsedTime(asked) > pause; pause = pause * 2 < LongestPeek ? pause * 2 : LongestPeek)
        {
            await Task.Delay(pause, time, cancellationToken);
            var answer = await prober.AskAsync(probe, target, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (answer.Outcome == ProbeOutcome.Success)
            {
                Count(true);
                return true;
            }
        }

        return false;
    }

    /// <summary>A question whose answer counts; true for success.</summary>
    private async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        var answer = await prober.AskAsync(probe, target, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (answer.Outcome != ProbeOutcome.Success)
        {
            failed(answer);
        }

        if (answer.Outcome != ProbeOutcome.Unknown)
        {
            Count(answer.Outcome == ProbeOutcome.Success);
        }

        return answer.Outcome == ProbeOutcome.Success;
    }

    private void Count(bool success)
    {
        _inRow = _last == success ? _inRow + 1 : 1;
        _last = success;
        if (_inRow == (success ? probe.SuccessThreshold ?? 1 : probe.FailureThreshold ?? 3))
        {
            verdict(success);
        }
    }
}
