namespace Scalelab.Cluster.Api.Rest;

/// <summary>What a deletion came to.</summary>
/// <param name="Outcome">The object: its last state when it is gone, the marked one when something holds it.</param>
/// <param name="Deleted">True when it is gone (or would be, in a dry run).</param>
internal readonly record struct DeleteOutcome(Outcome Outcome, bool Deleted);
