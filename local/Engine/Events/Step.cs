namespace Scalelab.Engine.Events;

/// <summary>One step of an update, as events describe it.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Urn">The resource.</param>
/// <param name="Parent">The resource it belongs to; null for the stack itself and for default providers.</param>
/// <param name="Id">The provider's identifier, where one is known yet.</param>
/// <param name="Changes">Which inputs differ; empty for <see cref="StepKind.Same"/>, <see cref="StepKind.Create"/> and <see cref="StepKind.Delete"/>.</param>
public sealed record Step(StepKind Kind, Urn Urn, Urn? Parent, string? Id, IReadOnlyList<PropertyChange> Changes);
