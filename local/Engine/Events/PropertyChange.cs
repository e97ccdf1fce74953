using System.Text.Json.Nodes;

namespace Scalelab.Engine.Events;

public enum PropertyChangeKind
{
    Add,
    Update,
    Delete,
}

/// <summary>One changed property of a resource. Values are safe to print: secrets appear as <c>[secret]</c>, unknown values as <c>[unknown]</c>.</summary>
/// <param name="Path">As Pulumi writes paths: <c>spec.template.spec.containers[0].image</c>, keys with dots as <c>["a.b"]</c>.</param>
/// <param name="Kind">Whether the property appeared, changed or went away.</param>
/// <param name="Old">Null when <see cref="PropertyChangeKind.Add"/>.</param>
/// <param name="New">Null when <see cref="PropertyChangeKind.Delete"/>.</param>
/// <param name="ForcesReplacement">This change cannot be made in place.</param>
public sealed record PropertyChange(string Path, PropertyChangeKind Kind, JsonNode? Old, JsonNode? New, bool ForcesReplacement)
{
    /// <summary>True when old and new inputs differ; false when the new inputs differ from what the resource is.</summary>
    public bool IsInputDiff { get; init; } = true;
}
