using System.Collections.Concurrent;
using System.Collections.Immutable;
using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Framework;

/// <summary>Applies a pack to the resources of one update. Thread-safe: resources are judged as the program declares them, several at a time.</summary>
internal sealed class Analysis(PolicyPack pack)
{
    private readonly ConcurrentDictionary<string, Resource> _seen = [];
    private volatile ImmutableDictionary<Rule, RuleConfiguration> _configurations = pack.Rules.ToImmutableDictionary(rule => rule, RuleConfiguration.Default);
    private volatile StackInfo _stack = StackInfo.Unknown;

    public void ConfigureStack(StackInfo stack) => _stack = stack;

    /// <summary>Takes levels and settings; rules that are not named keep theirs.</summary>
    /// <exception cref="PolicyConfigurationException">There is no such rule or setting, or its value cannot be taken.</exception>
    public void Configure(IEnumerable<KeyValuePair<string, PolicyConfig>> policies)
    {
        var configurations = _configurations;
        foreach (var (name, config) in policies)
        {
            var rule = pack.Find(name)
                ?? throw new PolicyConfigurationException($"There is no rule '{name}' in the policy pack '{pack.Name}'. It has: {string.Join(", ", pack.Rules.Select(rule => rule.Name))}; 'all' sets the level of every rule.");
            configurations = configurations.SetItem(rule, RuleConfiguration.Read(rule, config));
        }

        _configurations = configurations;
    }

    /// <summary>Judges one resource.</summary>
    public ImmutableArray<Verdict> Analyze(Resource resource)
    {
        // Taken in before any rule looks around: of two resources that only together break a rule, at least one then meets the other.
        _seen[resource.Urn] = resource;
        return [.. Enabled<ResourceRule>().SelectMany(rule => Judge(rule, resource))];
    }

    /// <summary>Judges all resources together.</summary>
    /// <param name="resources">As they came out. Where the program has declared them, rules see what it declared: what came out holds the cluster's defaults too.</param>
    public ImmutableArray<Verdict> AnalyzeStack(IEnumerable<Resource> resources)
    {
        Resource[] all = [.. resources.Select(resource => _seen.GetValueOrDefault(resource.Urn, resource))];
        return [.. Enabled<StackRule>().SelectMany(rule => Judge(rule, all))];
    }

    private IEnumerable<T> Enabled<T>()
        where T : Rule => pack.Rules.OfType<T>().Where(rule => _configurations[rule].Level != EnforcementLevel.Disabled);

    private RuleContext ContextOf(Rule rule) => new(_configurations[rule], _stack, _seen.Values);

    private IEnumerable<Verdict> Judge(ResourceRule rule, Resource resource)
    {
        var messages = Guard(rule, resource.Urn, () => rule.Check(resource, ContextOf(rule)).ToArray());
        if (messages.Length > 0 && rule.Reason(resource) is { } reason)
        {
            return [new Exempt(rule, resource, reason)];
        }

        return messages.Select(message => new Violation(rule, _configurations[rule].Level, resource, message));
    }

    private IEnumerable<Verdict> Judge(StackRule rule, Resource[] resources) =>
        Guard(rule, "the stack", () => rule.Check(resources, ContextOf(rule)).ToArray()).Select(Verdict (found) => rule.Reason(found.Resource) is { } reason
            ? new Exempt(rule, found.Resource, reason)
            : new Violation(rule, _configurations[rule].Level, found.Resource, found.Message));

    private static T Guard<T>(Rule rule, string subject, Func<T> check)
    {
        try
        {
            return check();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"The rule '{rule.Name}' failed on {subject}: {e}", e);
        }
    }
}
