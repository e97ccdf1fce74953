using Scalelab.Engine.Events;

namespace Scalelab.Cli.Output;

/// <summary>What policies found, in words.</summary>
internal static class PolicyText
{
    /// <summary>A violation as the message that it is: an error where it fails the update, a warning otherwise.</summary>
    public static Diagnostic ToDiagnostic(this PolicyViolated violation) => new(
        violation.Level == PolicyLevel.Mandatory ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
        $"{Level(violation.Level)} policy {violation.Rule} ({violation.Pack}{(violation.PackVersion.Length > 0 ? $" v{violation.PackVersion}" : "")}):\n{violation.Message}",
        violation.Urn);

    /// <summary>As <c>1 mandatory violation, 2 advisory violations</c>.</summary>
    public static string Counts(IReadOnlyList<PolicyViolated> violations) => string.Join(", ", violations
        .GroupBy(violation => violation.Level)
        .OrderByDescending(group => group.Key)
        .Select(group => group.Count() is var count and > 1 ? $"{count} {Level(group.Key)} violations" : $"1 {Level(group.Key)} violation"));

    private static string Level(PolicyLevel level) => level == PolicyLevel.Mandatory ? "mandatory" : "advisory";
}
