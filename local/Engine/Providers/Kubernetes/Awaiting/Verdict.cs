namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>How an object that is waited for stands.</summary>
/// <param name="IsReady">The waiting is over.</param>
/// <param name="IsHopeless">Waiting longer will not help.</param>
/// <param name="Message">What it waits for, or why it is hopeless; where it is ready, what the user should know nevertheless.</param>
internal sealed record Verdict(bool IsReady, bool IsHopeless, string Message)
{
    public static Verdict Ready { get; } = new(IsReady: true, IsHopeless: false, "");

    public static Verdict Deleted { get; } = Hopeless("it was deleted while it was waited for");

    /// <summary>How long a hopeless state has to last before it is believed: some mend themselves while older pods go.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.Zero;

    /// <summary>How long a state that is not quite ready has to last before it is let pass, with a warning; null: never.</summary>
    public TimeSpan? Tolerance { get; init; }

    /// <summary>Whose log tells more; null when none does.</summary>
    public LogSource? Log { get; init; }

    public static Verdict Waiting(string message) => new(IsReady: false, IsHopeless: false, message);

    public static Verdict Hopeless(string message) => new(IsReady: false, IsHopeless: true, message);

    public static Verdict ReadyBut(string warning) => new(IsReady: true, IsHopeless: false, warning);
}

/// <summary>One container's log.</summary>
internal sealed record LogSource(string Namespace, string Pod, string Container);

/// <summary>An object exists, but is not and will not become ready, or not in time.</summary>
internal sealed class NotReadyException(string message) : Exception(message);
