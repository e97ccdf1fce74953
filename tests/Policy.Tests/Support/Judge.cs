using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Tests.Support;

/// <summary>Applies one rule, or all, to what a program declares.</summary>
internal static class Judge
{
    /// <summary>What the rule says about these resources, declared in this order.</summary>
    public static IReadOnlyList<string> Violations(this Rule rule, params IReadOnlyList<Manifest> declared) => Violations(rule, StackInfo.Unknown, declared);

    public static IReadOnlyList<string> Violations(this Rule rule, StackInfo stack, params IReadOnlyList<Manifest> declared) =>
        [.. Verdicts([rule], stack, declared).OfType<Violation>().Select(violation => SecretBlot.Apply(violation.Message, violation.Resource.Properties))];

    /// <summary>The same with settings, given as JSON.</summary>
    public static IReadOnlyList<string> ViolationsWith(this Rule rule, string settings, params IReadOnlyList<Manifest> declared)
    {
        var analysis = new Analysis(PackOf([rule]));
        analysis.Configure([KeyValuePair.Create(rule.Name, new PolicyConfig { EnforcementLevel = rule.Level, Properties = JsonParser.Default.Parse<Struct>(settings) })]);
        return [.. Run(analysis, declared).OfType<Violation>().Select(violation => violation.Message)];
    }

    public static IReadOnlyList<Verdict> Verdicts(IEnumerable<Rule> rules, StackInfo stack, IReadOnlyList<Manifest> declared)
    {
        var analysis = new Analysis(PackOf(rules));
        analysis.ConfigureStack(stack);
        return Run(analysis, declared);
    }

    public static PolicyPack PackOf(IEnumerable<Rule> rules) => new() { Name = "test", DisplayName = "Test", Description = "Test", Version = "1.0.0", Rules = [.. rules] };

    private static IReadOnlyList<Verdict> Run(Analysis analysis, IReadOnlyList<Manifest> declared) =>
        [.. declared.SelectMany(manifest => analysis.Analyze(manifest.ToResource())), .. analysis.AnalyzeStack(declared.Select(manifest => manifest.ToResource()))];
}
