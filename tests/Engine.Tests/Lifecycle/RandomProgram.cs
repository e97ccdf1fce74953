using System.Collections.Immutable;
using System.Globalization;
using Scalelab.Engine.Properties;
using Scalelab.Engine.State;
using Scalelab.Engine.Updates;

namespace Scalelab.Engine.Tests.Lifecycle;

internal enum ResourceKind
{
    Custom,
    Component,
    Provider,
    Read,
}

/// <summary>One resource of a random program. Others are named by their <see cref="Index"/>; what is not declared before is left out.</summary>
internal sealed record RandomResource
{
    public required int Index { get; init; }

    public ResourceKind Kind { get; init; }

    public bool IsDeclared { get; init; } = true;

    /// <summary>Whether it has its second name, with the first one as an alias, or the other way round.</summary>
    public bool IsRenamed { get; init; }

    public int? Parent { get; init; }

    public int? Provider { get; init; }

    public int? DeletedWith { get; init; }

    public int? ReplaceWith { get; init; }

    public ImmutableSortedSet<int> DependsOn { get; init; } = [];

    public int Size { get; init; }

    public int Place { get; init; }

    public bool IsExclusive { get; init; }

    public bool IgnoresSize { get; init; }

    public bool IsProtected { get; init; }

    public bool IsRetained { get; init; }

    /// <summary>Whether it takes over the object that was there before the stack, <see cref="RandomProgram.FoundId"/>.</summary>
    public bool IsImported { get; init; }

    public string Fails { get; init; } = "";

    public string Name => Variant(IsRenamed);

    public string OtherName => Variant(!IsRenamed);

    public override string ToString()
    {
        var words = new List<string> { $"{Name}: {Kind}{(IsDeclared ? "" : " (absent)")} size {Size} place {Place}" };
        Add(Parent is not null, $"parent {Parent}");
        Add(Provider is not null, $"provider {Provider}");
        Add(DeletedWith is not null, $"deleted with {DeletedWith}");
        Add(ReplaceWith is not null, $"replaced with {ReplaceWith}");
        Add(!DependsOn.IsEmpty, $"depends on {string.Join(' ', DependsOn)}");
        Add(IsExclusive, "exclusive");
        Add(IgnoresSize, "ignores size");
        Add(IsProtected, "protected");
        Add(IsRetained, "retained");
        Add(IsImported, "imported");
        Add(Fails.Length > 0, $"fails to {Fails}");
        return string.Join(", ", words);

        void Add(bool applies, string word)
        {
            if (applies)
            {
                words.Add(word);
            }
        }
    }

    private string Variant(bool renamed) => $"{(renamed ? "s" : "r")}{Index}";
}

/// <summary>A random program: resources in the order in which they are registered.</summary>
internal sealed record RandomProgram(ImmutableArray<RandomResource> Resources)
{
    public const string ReadId = "somebody-elses";

    public const int MaxResources = 7;
    private static readonly string[] Failures = ["create", "update", "delete", "ready"];

    /// <summary>What the cloud holds from the beginning, for a resource to take over.</summary>
    public static string FoundId(int index) => string.Create(CultureInfo.InvariantCulture, $"found-{index}");

    public static RandomProgram Create(Random random) =>
        new([.. Enumerable.Range(0, random.Next(1, MaxResources + 1)).Select(index => Fill(random, index, index))]);

    /// <summary>The next version of the program: some resources changed, some gone, some back, sometimes in another order.</summary>
    public RandomProgram Mutate(Random random)
    {
        var order = Resources.ToArray();
        if (random.Next(4) == 0)
        {
            random.Shuffle(order);
        }

        return new([.. order.Select((resource, position) => random.Next(5) switch
        {
            0 => Fill(random, resource.Index, position, order),
            1 => resource with { Size = random.Next(3), Place = random.Next(2), Fails = Failure(random) },
            2 => resource with { IsDeclared = random.Next(3) > 0, IsRenamed = random.Next(3) == 0, Fails = "" },
            _ => resource,
        })]);
    }

    /// <summary>The same program without what makes it fail or what keeps its resources from going; what was to be imported may have to be replaced.</summary>
    public RandomProgram Heal() => new([.. Resources.Select(resource => resource with { Fails = "", IsProtected = false, IsRetained = false, IsImported = false })]);

    public override string ToString() => string.Join('\n', Resources.Select(resource => $"   {resource}"));

    /// <summary>Registers everything. Ends early when the update stops.</summary>
    public async Task PlayAsync(UpdateOptions options, Registrar registrar)
    {
        try
        {
            var stack = await registrar.RegisterAsync(new Goal { Type = Urn.StackType, Name = $"{options.Project.Name}-{options.Stack}", Custom = false });
            var registered = new Dictionary<int, (RandomResource Resource, Task<ResourceState?> State)>();
            foreach (var resource in Resources.Where(resource => resource.IsDeclared))
            {
                var before = registered.ToDictionary();
                registered[resource.Index] = (resource, RegisterAsync(registrar, stack.State.Urn, resource, before));
            }

            await Task.WhenAll(registered.Values.Select(entry => entry.State));
        }
        catch (UpdateStoppedException)
        {
            // It has been reported.
        }
    }

    private static RandomResource Fill(Random random, int index, int position, RandomResource[]? order = null)
    {
        int? Earlier(int outOf) => position > 0 && random.Next(outOf) == 0 ? Pick() : null;
        int Pick() => order is null ? random.Next(position) : order[random.Next(position)].Index;
        return new RandomResource
        {
            Index = index,
            Kind = random.Next(10) switch { 0 or 1 => ResourceKind.Component, 2 => ResourceKind.Provider, 3 => ResourceKind.Read, _ => ResourceKind.Custom },
            IsDeclared = random.Next(5) > 0,
            IsRenamed = random.Next(6) == 0,
            Parent = Earlier(3),
            Provider = Earlier(3),
            DeletedWith = Earlier(8),
            ReplaceWith = Earlier(8),
            DependsOn = position == 0 ? [] : [.. Enumerable.Range(0, random.Next(3)).Select(_ => Pick())],
            Size = random.Next(3),
            Place = random.Next(2),
            IsExclusive = random.Next(3) == 0,
            IgnoresSize = random.Next(8) == 0,
            IsProtected = random.Next(15) == 0,
            IsRetained = random.Next(15) == 0,
            IsImported = random.Next(8) == 0,
            Fails = Failure(random),
        };
    }

    private static string Failure(Random random) => random.Next(8) == 0 ? Failures[random.Next(Failures.Length)] : "";

    private static async Task<ResourceState?> RegisterAsync(Registrar registrar, Urn stack, RandomResource resource, Dictionary<int, (RandomResource Resource, Task<ResourceState?> State)> before)
    {
        async Task<ResourceState?> GetAsync(int? index) => index is { } known && before.TryGetValue(known, out var entry) ? await entry.State : null;

        var parent = await GetAsync(resource.Parent);
        var provider = await GetAsync(resource.Provider) is { } candidate && ProviderReference.IsProviderType(candidate.Type) ? candidate : null;
        var owner = await GetAsync(resource.DeletedWith) is { Custom: true, External: false } its && !ProviderReference.IsProviderType(its.Type) ? its : null;
        var companion = await GetAsync(resource.ReplaceWith);
        var inputs = new Dictionary<string, PropertyValue> { ["size"] = resource.Size };
        var dependencies = new Dictionary<string, ImmutableArray<Urn>>();
        var all = new List<Urn>();
        foreach (var index in resource.DependsOn)
        {
            if (await GetAsync(index) is { } dependency)
            {
                all.Add(dependency.Urn);
                if (dependency.Custom)
                {
                    var key = index % 2 == 0 ? $"fixed{index}" : $"uses{index}";
                    inputs[key] = IdOf(dependency);
                    dependencies[key] = [dependency.Urn];
                }
            }
        }

        if (resource.Kind == ResourceKind.Custom)
        {
            inputs["fixedPlace"] = resource.Place;
            if (resource.IsExclusive)
            {
                inputs["exclusive"] = true;
            }

            if (resource.Fails.Length > 0)
            {
                inputs["fails"] = resource.Fails;
            }

            if (owner is not null)
            {
                inputs["ownedBy"] = IdOf(owner);
                dependencies["ownedBy"] = [owner.Urn];
                all.Add(owner.Urn);
            }
        }
        else if (resource.Kind == ResourceKind.Provider)
        {
            inputs = new() { ["region"] = resource.Place };
            dependencies.Clear();
        }

        var type = resource.Kind switch
        {
            ResourceKind.Component => "lab:index:Group",
            ResourceKind.Provider => "pulumi:providers:fake",
            ResourceKind.Read => "fake:index:Other",
            _ => "fake:index:Thing",
        };
        var goal = new Goal
        {
            Type = type,
            Name = resource.Name,
            Custom = resource.Kind != ResourceKind.Component,
            Parent = parent?.Urn ?? stack,
            Inputs = new PropertyMap(inputs),
            Dependencies = [.. all.Distinct()],
            PropertyDependencies = dependencies.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Provider = provider is not null && resource.Kind is ResourceKind.Custom or ResourceKind.Read && provider is not null
                ? new ProviderReference(provider.Urn, provider.Id is { Length: > 0 } id ? id : Signatures.Unknown)
                : null,
            Aliases = [new Alias(Urn: null, resource.OtherName, Type: null, Stack: null, Project: null, Parent: null, NoParent: false)],
            Protect = resource.IsProtected,
            RetainOnDelete = resource.IsRetained,
            IgnoreChanges = resource.IgnoresSize ? [PropertyPath.Parse("size")] : [],
            DeletedWith = resource.Kind == ResourceKind.Custom ? owner?.Urn : null,
            ReplaceWith = resource.Kind == ResourceKind.Custom && companion is not null ? [companion.Urn] : [],
            // What a program says of an existing object's owner, nobody can check: here it has none.
            ImportId = owner is null && resource is { Kind: ResourceKind.Custom, IsImported: true } ? FoundId(resource.Index) : null,
        };
        if (resource.Kind == ResourceKind.Read)
        {
            var read = await registrar.ReadAsync(() => goal with { Inputs = PropertyMap.Empty, PropertyDependencies = goal.PropertyDependencies.Clear(), Aliases = [] }, ReadId);
            return read.State;
        }

        var result = await registrar.RegisterAsync(() => Task.FromResult(goal));
        return result.State;
    }

    private static PropertyValue IdOf(ResourceState state) => state.Id is null or "" or Signatures.Unknown ? PropertyValue.Unknown : state.Id;
}
