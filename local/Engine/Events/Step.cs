namespace Scalelab.Engine.Events;

/// <summary>One step of an update, as events describe it.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Urn">The resource.</param>
/// <param name="Parent">The resource it belongs to; null for the stack itself and for default providers.</param>
/// <param name="Id">The provider's identifier, where one is known yet.</param>
/// <param name="Changes">What differs, as the provider tells it; empty for <see cref="StepKind.Same"/>, <see cref="StepKind.Create"/> and <see cref="StepKind.Delete"/>.</param>
public sealed record Step(StepKind Kind, Urn Urn, Urn? Parent, string? Id, IReadOnlyList<PropertyChange> Changes)
{
    /// <summary>The resource as the state had it; null when there was none.</summary>
    public ResourceView? Old { get; init; }

    /// <summary>The resource as it shall be and, once the step is done, as it is; null when it goes.</summary>
    public ResourceView? New { get; init; }

    /// <summary>Why the resource cannot be changed in place, beyond the changes that say so themselves: another provider, a mark in the state.</summary>
    public string? ReplaceReason { get; init; }
}
