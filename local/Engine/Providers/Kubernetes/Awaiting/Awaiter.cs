using System.Globalization;
using System.Text.Json.Nodes;
using Scalelab.Engine.Events;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>
/// Waits for one object, as far as its annotations want it. How long: what the resource's customTimeouts say, else
/// <c>pulumi.com/timeoutSeconds</c>, else what is usual for the kind.
/// </summary>
internal sealed class Awaiter(KubeConnection connection, ProviderContext context, Urn urn)
{
    /// <summary>The variable by which kinds that nothing is known of are waited for too; the official provider's.</summary>
    public const string AwaitAllVariable = "PULUMI_K8S_AWAIT_ALL";

    private const string SkipAnnotation = "pulumi.com/skipAwait";
    private const string TimeoutAnnotation = "pulumi.com/timeoutSeconds";

    // Their deletion is not waited for either where skipAwait is set; the official provider keeps to this list for compatibility.
    private static readonly HashSet<string> GoneUnawaited = ["Namespace", "Pod", "ReplicationController", "DaemonSet", "Deployment", "StatefulSet", "Job"];

    private static readonly TimeSpan DeletionLimit = TimeSpan.FromMinutes(10);

    private readonly Follower _follower = new(connection, context, urn);

    /// <summary>Waits until the object is ready and returns it as it is then.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="applied">As the cluster returned it.</param>
    /// <param name="timeout">The resource's custom timeout.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="NotReadyException">It is hopeless, or did not become ready in time.</exception>
    public async Task<JsonObject> UntilReadyAsync(string path, JsonObject applied, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (applied.Annotation(SkipAnnotation) == "true" || Waits.For(path, applied, AwaitsAll()) is not { } wait)
        {
            return applied;
        }

        await _follower.FollowAsync(wait, Limit(applied, timeout) ?? wait.DefaultLimit, cancellationToken);
        return wait.Live;
    }

    /// <summary>Waits until the object is gone.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="inputs">As the program declared it.</param>
    /// <param name="timeout">The resource's custom timeout.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ProviderException">It is still there.</exception>
    public async Task<bool> UntilGoneAsync(string path, JsonObject inputs, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (inputs.Annotation(SkipAnnotation) == "true" && GoneUnawaited.Contains(inputs.Text("kind") ?? ""))
        {
            return true;
        }

        try
        {
            await _follower.FollowAsync(new GoneWait(path), Limit(inputs, timeout) ?? DeletionLimit, cancellationToken);
            return true;
        }
        catch (NotReadyException e)
        {
            throw new ProviderException($"'{urn.Name}' is not gone: {e.Message}", e);
        }
    }

    private TimeSpan? Limit(JsonObject item, TimeSpan? timeout)
    {
        if (timeout is not null || item.Annotation(TimeoutAnnotation) is not { Length: > 0 } text)
        {
            return timeout;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0 && seconds <= TimeSpan.MaxValue.TotalSeconds / 2)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        context.Log(DiagnosticSeverity.Warning, $"The annotation {TimeoutAnnotation} is \"{text}\", which is no number of seconds; the default holds. Write it as \"300\".", urn);
        return null;
    }

    private bool AwaitsAll() => (context.Environment.GetValueOrDefault(AwaitAllVariable) ?? Environment.GetEnvironmentVariable(AwaitAllVariable)) == "true";
}
