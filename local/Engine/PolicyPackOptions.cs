namespace Scalelab.Engine;

/// <summary>A policy pack to hold the stack against.</summary>
/// <param name="Folder">Where its <c>PulumiPolicy.yaml</c> lies, beside the built project.</param>
/// <param name="ConfigFile">Levels and settings of its rules, in the form of the CLI's <c>--policy-pack-config</c>; null: the pack's own.</param>
public sealed record PolicyPackOptions(string Folder, string? ConfigFile = null);
