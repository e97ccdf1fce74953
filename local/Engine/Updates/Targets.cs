using System.Collections.Immutable;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>Which resources an update is confined to, by the rules of the CLI's <c>--target</c>, <c>--exclude</c> and <c>--replace</c>. Thread-safe.</summary>
internal sealed class Targets(UpdateOptions options)
{
    private readonly UrnPatterns _targets = new(options.Targets);
    private readonly UrnPatterns _excludes = new(options.Excludes);
    private readonly UrnPatterns _replaces = new(options.Replaces);
    private readonly Lock _lock = new();

    // What is in (or, with excludes, out) so far: what depends on it may follow.
    private readonly HashSet<Urn> _decided = [];

    /// <exception cref="EngineException">The options contradict each other.</exception>
    public static Targets Of(UpdateOptions options)
    {
        if (options.Targets.Count > 0 && options.Excludes.Count > 0)
        {
            throw new EngineException("An update is either confined to targets or spares excluded resources. Give --target or --exclude, not both.");
        }

        return options switch
        {
            { TargetDependents: true, Targets.Count: 0 } => throw new EngineException("--target-dependents adds what depends on the targets. Give at least one --target with it."),
            { ExcludeDependents: true, Excludes.Count: 0 } => throw new EngineException("--exclude-dependents adds what depends on the excluded resources. Give at least one --exclude with it."),
            _ => new Targets(options),
        };
    }

    public bool AreConfined => !_targets.IsEmpty || !_excludes.IsEmpty;

    /// <summary>Whether somebody asked for the resource to be replaced.</summary>
    public bool Replace(Urn urn) => _replaces.Match(urn);

    /// <summary>Decides whether the update deals with a resource. Providers and the stack are always dealt with.</summary>
    /// <param name="urn">The resource.</param>
    /// <param name="dependencies">All that it depends on, which was decided before.</param>
    public bool Include(Urn urn, IEnumerable<Urn> dependencies)
    {
        var isImplied = urn.Type == Urn.StackType || ProviderReference.IsProviderType(urn.Type);
        if (!AreConfined)
        {
            return true;
        }

        lock (_lock)
        {
            var isNamed = _targets.IsEmpty
                ? _excludes.Match(urn) || (options.ExcludeDependents && dependencies.Any(_decided.Contains))
                : _targets.Match(urn) || (options.TargetDependents && dependencies.Any(_decided.Contains));
            if (isNamed)
            {
                _decided.Add(urn);
            }

            return isImplied || (isNamed != _targets.IsEmpty);
        }
    }

    /// <summary>Of what is to be deleted: what may be.</summary>
    /// <param name="all">The previous state, dependencies before dependents.</param>
    /// <param name="condemned">What the program wants no more.</param>
    /// <exception cref="EngineException">Something that is not a target needs what is to be deleted.</exception>
    public ImmutableArray<ResourceState> Deletable(IReadOnlyList<ResourceState> all, ImmutableArray<ResourceState> condemned)
    {
        if (!AreConfined)
        {
            return condemned;
        }

        if (_targets.IsEmpty)
        {
            // What is spared needs its dependencies; what depends on it may go, unless that is to be spared too.
            var spared = Closure(all, _excludes, dependents: options.ExcludeDependents);
            Spare(all, spared);
            return [.. condemned.Where(resource => !spared.Contains(resource.Urn))];
        }

        var chosen = Closure(all, _targets, dependents: true);
        ImmutableArray<ResourceState> deletable = [.. condemned.Where(resource => chosen.Contains(resource.Urn))];
        if (!options.TargetDependents && deletable.FirstOrDefault(resource => !_targets.Match(resource.Urn)) is { } uninvited)
        {
            throw new EngineException(
                $"'{uninvited.Urn.Name}' ({uninvited.Type}) depends on a target and would have to be deleted with it, but is no target itself. Add --target '{uninvited.Urn}', or --target-dependents.");
        }

        return deletable;
    }

    /// <exception cref="EngineException">A resource that was named in full exists neither in the state nor in the program.</exception>
    /// <param name="exists">Whether there is such a resource.</param>
    public void Verify(Func<string, bool> exists)
    {
        if (_targets.Literals.Concat(_excludes.Literals).Concat(_replaces.Literals).FirstOrDefault(urn => !exists(urn)) is { } unknown)
        {
            throw new EngineException(
                $"There is no resource '{unknown}' in the stack.{(unknown.Contains('$', StringComparison.Ordinal) ? "" : " Was a $ in it taken by your shell? Put the URN in single quotes.")}");
        }
    }

    /// <summary>Adds everything that the spared resources need. Two generations of a resource are spared together.</summary>
    public static void Spare(IReadOnlyList<ResourceState> all, HashSet<Urn> spared)
    {
        int before;
        do
        {
            before = spared.Count;
            foreach (var resource in all.Reverse().Where(resource => spared.Contains(resource.Urn)))
            {
                spared.UnionWith(resource.AllDependencies);
            }
        }
        while (spared.Count > before);
    }

    private static HashSet<Urn> Closure(IReadOnlyList<ResourceState> all, UrnPatterns named, bool dependents)
    {
        var chosen = new HashSet<Urn>();
        foreach (var resource in all)
        {
            if (named.Match(resource.Urn) || (dependents && resource.AllDependencies.Any(chosen.Contains)))
            {
                chosen.Add(resource.Urn);
            }
        }

        return chosen;
    }
}
