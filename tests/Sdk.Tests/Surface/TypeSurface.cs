namespace Scalelab.Sdk.Tests.Surface;

/// <summary>A public type as one line, and its public members as one line each.</summary>
internal sealed record TypeSurface(string Name, string Heading, IReadOnlySet<string> Members);
