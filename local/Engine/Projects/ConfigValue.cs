namespace Scalelab.Engine.Projects;

/// <summary>One configuration value as the program sees it.</summary>
/// <param name="Text">
/// The value; structured values as JSON. Until the engine resolves it, a secret is its ciphertext, and a secret within a structured value
/// an object <c>{"secure": CIPHERTEXT}</c>.
/// </param>
/// <param name="IsSecret">The value, or some part of a structured one, is marked <c>secure</c>.</param>
/// <param name="IsObject">The value is structured.</param>
public sealed record ConfigValue(string Text, bool IsSecret, bool IsObject = false);
