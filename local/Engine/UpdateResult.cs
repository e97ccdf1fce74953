using Scalelab.Engine.Events;

namespace Scalelab.Engine;

/// <summary>How an update ended.</summary>
/// <param name="Kind">What was asked for.</param>
/// <param name="Succeeded">False when a step or the program failed or the update was cancelled; the reasons were reported as <see cref="Diagnostic"/> events.</param>
/// <param name="Counts">Steps per kind that succeeded (in a preview: that would run). Kinds that did not occur are absent.</param>
/// <param name="Outputs">The stack's outputs after the update; empty after a destroy.</param>
/// <param name="Duration">From the call to its end.</param>
public sealed record UpdateResult(
    UpdateKind Kind,
    bool Succeeded,
    IReadOnlyDictionary<StepKind, int> Counts,
    IReadOnlyDictionary<string, StackOutput> Outputs,
    TimeSpan Duration)
{
    /// <summary>What policy packs found, as also reported by <see cref="PolicyViolated"/> events. A mandatory one makes the update fail.</summary>
    public IReadOnlyList<PolicyViolated> Violations { get; init; } = [];

    /// <summary>The stack's outputs before the update; empty when there was no stack.</summary>
    public IReadOnlyDictionary<string, StackOutput> PreviousOutputs { get; init; } = new Dictionary<string, StackOutput>();

    /// <summary>Whether anything was (or, in a preview, would be) created, updated, replaced or deleted.</summary>
    public bool HasChanges => Counts.Any(count => count.Value > 0 && count.Key switch
    {
        StepKind.Same or StepKind.Read => false,
        // Within another update these only say what it goes on from.
        StepKind.Refresh or StepKind.Forget => Kind == UpdateKind.Refresh,
        _ => true,
    });
}
