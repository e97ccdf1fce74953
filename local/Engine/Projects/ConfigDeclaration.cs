namespace Scalelab.Engine.Projects;

/// <summary>One entry of <c>config:</c> in Pulumi.yaml.</summary>
/// <param name="Key">With its namespace.</param>
/// <param name="Type">string, integer, number, boolean, array or object; null when none is declared.</param>
/// <param name="Default">What holds when the stack says nothing; null makes the key required, provided that it has a type.</param>
public sealed record ConfigDeclaration(string Key, string? Type, ConfigValue? Default);
