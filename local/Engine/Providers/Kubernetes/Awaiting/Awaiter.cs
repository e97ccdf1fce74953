using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>Waits for one object: follows its watch, says what it waits for, and gives up at the time limit or when there is no hope.</summary>
internal sealed class Awaiter(KubeConnection connection, ProviderContext context, Urn urn)
{
    private const string SkipAnnotation = "pulumi.com/skipAwait";
    private const string TimeoutAnnotation = "pulumi.com/timeoutSeconds";
    private const int LogLines = 10;

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Waits until the object is ready and returns it as it is then.</summary>
    /// <exception cref="NotReadyException">It is hopeless, or did not become ready in time.</exception>
    public async Task<JsonObject> UntilReadyAsync(string path, JsonObject applied, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (applied.Annotation(SkipAnnotation) == "true")
        {
            return applied;
        }

        var limit = double.TryParse(applied.Annotation(TimeoutAnnotation), CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : timeout ?? DefaultTimeout;
        if (applied.Text("kind") == "Deployment" && ImmutableFields.Group(applied.Text("apiVersion") ?? "") == "apps")
        {
            var rollout = new Rollout(applied);
            await FollowAsync(RolloutSources(path, applied), rollout.Apply, rollout.Judge, limit, cancellationToken);
            return rollout.Deployment!;
        }

        if (Readiness.Of(applied) is not { } judge)
        {
            return applied;
        }

        var live = applied;
        var exists = true;
        await FollowAsync(
            [Itself(path)],
            change => (live, exists) = change.Type switch
            {
                "DELETED" => (live, false),
                "LISTED" => (live, exists),
                _ => (change.Object, true),
            },
            () => exists ? judge(live) : Verdict.Hopeless("it was deleted while it was waited for"),
            limit,
            cancellationToken);
        return live;
    }

    /// <summary>Waits until the object is gone.</summary>
    public async Task<bool> UntilGoneAsync(string path, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        JsonObject? live = null;
        string? uid = null;
        var gone = false;
        try
        {
            await FollowAsync(
                [Itself(path)],
                change =>
                {
                    if (change.Type == "LISTED")
                    {
                        gone = !change.Object.Items("items").Any();
                        return;
                    }

                    // Another object of the same name is not the one that was deleted.
                    uid ??= change.Object.Text("metadata", "uid");
                    gone = change.Type == "DELETED" || change.Object.Text("metadata", "uid") != uid;
                    live = change.Object;
                },
                () => gone ? Verdict.Ready : Verdict.Waiting($"waiting until it is gone{Finalizers(live)}"),
                timeout ?? DefaultTimeout,
                cancellationToken);
            return true;
        }
        catch (NotReadyException e)
        {
            throw new ProviderException($"'{urn.Name}' is not gone: {e.Message}", e);
        }
    }

    private static string Finalizers(JsonObject? live) =>
        live.Items("metadata", "finalizers").Select(finalizer => finalizer.ToString()).ToArray() is { Length: > 0 } names ? $" (finalizers: {string.Join(", ", names)})" : "";

    private static (string Path, string Selector) Itself(string path)
    {
        var slash = path.LastIndexOf('/');
        return (path[..slash], $"fieldSelector={Uri.EscapeDataString($"metadata.name={path[(slash + 1)..]}")}");
    }

    private static (string Path, string Selector)[] RolloutSources(string path, JsonObject deployment)
    {
        var ns = deployment.Text("metadata", "namespace");
        var labels = $"labelSelector={Uri.EscapeDataString(KubeObject.Selector(deployment.At("spec", "selector", "matchLabels")))}";
        return [Itself(path), ($"/apis/apps/v1/namespaces/{ns}/replicasets", labels), ($"/api/v1/namespaces/{ns}/pods", labels)];
    }

    private async Task FollowAsync(
        (string Path, string Selector)[] sources,
        Action<KubeEvent> apply,
        Func<Verdict> judge,
        TimeSpan limit,
        CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changes = Channel.CreateUnbounded<KubeEvent>();
        var watches = sources.Select(source => PumpAsync(source.Path, source.Selector, changes.Writer, ending.Token)).ToArray();
        try
        {
            await JudgeAsync(changes.Reader, apply, judge, limit, cancellationToken);
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(watches);
        }
    }

    private async Task JudgeAsync(ChannelReader<KubeEvent> changes, Action<KubeEvent> apply, Func<Verdict> judge, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        long? hopelessSince = null;
        string? told = null;
        while (true)
        {
            var verdict = judge();
            if (verdict.IsReady)
            {
                return;
            }

            hopelessSince = verdict.IsHopeless ? hopelessSince ?? context.Time.GetTimestamp() : null;
            var patience = hopelessSince is { } since ? verdict.Grace - context.Time.GetElapsedTime(since) : TimeSpan.MaxValue;
            var remaining = limit - context.Time.GetElapsedTime(started);
            if (patience <= TimeSpan.Zero || remaining <= TimeSpan.Zero)
            {
                var late = patience <= TimeSpan.Zero ? "" : $"not within {limit.TotalSeconds:0} seconds; ";
                throw new NotReadyException(late + verdict.Message + await LogAsync(verdict.Log, cancellationToken));
            }

            if (verdict.Message != told)
            {
                context.Status(urn, told = verdict.Message);
            }

            using var timer = new CancellationTokenSource(patience < remaining ? patience : remaining, context.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            try
            {
                apply(await changes.ReadAsync(either.Token));
                while (changes.TryRead(out var more))
                {
                    apply(more);
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Time is up, for the grace or altogether: judged above.
            }
            catch (ChannelClosedException e) when (e.InnerException is { } inner)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
            }
        }
    }

    private async Task PumpAsync(string path, string selector, ChannelWriter<KubeEvent> changes, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in connection.WatchAsync(path, selector, cancellationToken))
            {
                changes.TryWrite(change);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The waiting is over.
        }
        catch (Exception e)
        {
            changes.TryComplete(e);
        }
    }

    private async Task<string> LogAsync(LogSource? source, CancellationToken cancellationToken)
    {
        if (source is null)
        {
            return "";
        }

        var path = $"/api/v1/namespaces/{source.Namespace}/pods/{source.Pod}/log?container={source.Container}&tailLines={LogLines}";
        var log = await connection.LogAsync(path, cancellationToken);
        if (log.Length == 0)
        {
            log = await connection.LogAsync($"{path}&previous=true", cancellationToken);
        }

        return log.Length == 0 ? "" : $"\nLast lines of its log:\n{string.Join('\n', log.Split('\n').Select(line => $"    {line}"))}";
    }
}
