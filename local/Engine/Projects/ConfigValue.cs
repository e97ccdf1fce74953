namespace Scalelab.Engine.Projects;

/// <summary>One configuration value as the program sees it.</summary>
/// <param name="Text">The value; structured values as JSON. For a secret, its ciphertext until the engine resolves it.</param>
/// <param name="IsSecret">The value, or some part of a structured one, is marked <c>secure</c>.</param>
public sealed record ConfigValue(string Text, bool IsSecret);
