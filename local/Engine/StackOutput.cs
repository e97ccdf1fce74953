using System.Text.Json.Nodes;

namespace Scalelab.Engine;

/// <summary>One output of a stack.</summary>
/// <param name="Value">The value in clear; null also stands for an unknown one.</param>
/// <param name="IsSecret">Print <c>[secret]</c> instead of the value unless the user asked to see it.</param>
/// <param name="IsKnown">False in previews for what only the real update can tell.</param>
public sealed record StackOutput(JsonNode? Value, bool IsSecret, bool IsKnown = true);
