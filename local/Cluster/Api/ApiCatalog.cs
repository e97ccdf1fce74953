using System.Collections.Immutable;

namespace Scalelab.Cluster.Api;

/// <summary>
/// The kinds that the API serves at present. Readers take <see cref="Current"/>, which never changes; custom resource definitions
/// replace it as a whole.
/// </summary>
public sealed class ApiCatalog(IEnumerable<ResourceDefinition> definitions)
{
    private readonly Lock _gate = new();
    private readonly ImmutableArray<ResourceDefinition> _builtIn = [.. definitions];
    private ApiSurface? _current;

    public ApiSurface Current => _current ?? Initial();

    /// <summary>Replaces the custom kinds by these, beside the built-in ones.</summary>
    public void SetCustom(IEnumerable<ResourceDefinition> custom)
    {
        lock (_gate)
        {
            _current = new ApiSurface([.. _builtIn, .. custom], (_current?.Generation ?? 0) + 1);
        }
    }

    private ApiSurface Initial()
    {
        lock (_gate)
        {
            return _current ??= new ApiSurface(_builtIn, 1);
        }
    }
}

/// <summary>One picture of the served kinds, indexed.</summary>
public sealed class ApiSurface
{
    private readonly Dictionary<(string Group, string Version, string Plural), ResourceDefinition> _byPath = [];
    private readonly Dictionary<Type, ResourceDefinition> _byModel = [];
    private readonly Dictionary<(string ApiVersion, string Kind), ResourceDefinition> _byKind = [];
    private readonly Dictionary<(string Group, string Plural), ResourceDefinition> _stored = [];

    internal ApiSurface(ImmutableArray<ResourceDefinition> definitions, int generation)
    {
        Definitions = definitions;
        Generation = generation;
        foreach (var definition in definitions)
        {
            _byPath[(definition.Group, definition.Version, definition.Plural)] = definition;
            _byKind[(definition.ApiVersion, definition.Kind)] = definition;
            if (definition.ModelType is { } model)
            {
                _byModel[model] = definition;
            }

            if (definition.IsStored)
            {
                _stored.TryAdd((definition.Group, definition.Plural), definition);
            }

            GroupVersions.Add((definition.Group, definition.Version));
        }
    }

    public ImmutableArray<ResourceDefinition> Definitions { get; }

    /// <summary>Grows with every change of the catalog; documents made of it are cached under it.</summary>
    public int Generation { get; }

    public HashSet<(string Group, string Version)> GroupVersions { get; } = [];

    public ResourceDefinition? Find(string group, string version, string plural) => _byPath.GetValueOrDefault((group, version, plural));

    public ResourceDefinition? FindKind(string apiVersion, string kind) => _byKind.GetValueOrDefault((apiVersion, kind));

    /// <summary>The definition of a client model type.</summary>
    public ResourceDefinition Of(Type model) => _byModel.TryGetValue(model, out var definition)
        ? definition
        : throw new ArgumentException($"The cluster does not serve {model.Name}. Add its definition under Api/Kinds.", nameof(model));

    /// <summary>The definition in the version that is stored.</summary>
    public ResourceDefinition? Stored(string group, string plural) => _stored.GetValueOrDefault((group, plural));
}
