using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;

namespace Pulumi.Serialization;

/// <summary>
/// The outputs of one resource: assigned to its properties when it is constructed, completed when the engine answers. Each one is known
/// and secret by itself.
/// </summary>
internal sealed class ResourceOutputs
{
    public static readonly ResourceOutputs None = new([]);

    private static readonly ConcurrentDictionary<Type, OutputProperty[]> PropertiesByType = new();
    private readonly Dictionary<string, IPendingOutput> _pending;

    private ResourceOutputs(Dictionary<string, IPendingOutput> pending)
        => _pending = pending;

    /// <summary>Gives every property marked <see cref="OutputAttribute">[Output]</see> a pending output.</summary>
    /// <param name="resource">The resource under construction.</param>
    /// <param name="fillComponent">
    /// Whether the engine fills a component's properties. Other components assign them themselves, perhaps before this runs.
    /// </param>
    public static ResourceOutputs Assign(Resource resource, bool fillComponent)
    {
        var pending = new Dictionary<string, IPendingOutput>();
        foreach (var property in PropertiesByType.GetOrAdd(resource.GetType(), Find))
        {
            if (resource is ComponentResource && !fillComponent && property.Member.DeclaringType != typeof(Resource))
            {
                continue;
            }

            var output = (IPendingOutput)Activator.CreateInstance(property.PendingType, resource)!;
            property.Setter.Invoke(resource, [output.Output]);
            pending.Add(property.Name, output);
        }

        return new ResourceOutputs(pending);
    }

    /// <summary>Completes the URN and the id.</summary>
    public void SetIdentity(string urn, string? id)
    {
        _pending[WireNames.Urn].Complete(OutputData<object?>.Known(urn));
        if (_pending.TryGetValue(WireNames.Id, out var pending))
        {
            pending.Complete(string.IsNullOrEmpty(id) ? OutputData<object?>.Unknown() : OutputData<object?>.Known(id));
        }
    }

    /// <summary>Completes the outputs that <paramref name="fields"/> has.</summary>
    /// <param name="resource">The resource, for warnings.</param>
    /// <param name="fields">The engine's answer.</param>
    /// <param name="dependencies">The resources an output comes from besides this one.</param>
    public void SetFields(
        Resource resource,
        Google.Protobuf.WellKnownTypes.Struct fields,
        IReadOnlyDictionary<string, ImmutableHashSet<Resource>> dependencies)
    {
        foreach (var (name, pending) in _pending)
        {
            if (name is WireNames.Urn or WireNames.Id || !fields.Fields.TryGetValue(name, out var value))
            {
                continue;
            }

            var data = PropertyDeserializer.Deserialize(value);
            var converted = data.IsKnown
                ? ValueConverter.Convert($"{resource.GetType().FullName}.{name}", data.Value, pending.Type, warning => Log.Warn(warning, resource))
                : null;
            pending.Complete(data with { Value = converted, Resources = data.Resources.Union(dependencies.GetValueOrDefault(name, [])) });
        }
    }

    /// <summary>Completes what is left with the type's default.</summary>
    public void SetRest(bool isKnown)
    {
        foreach (var pending in _pending.Values)
        {
            pending.Complete(isKnown ? OutputData<object?>.Known(null) : OutputData<object?>.Unknown());
        }
    }

    public void Fail(Exception exception)
    {
        foreach (var pending in _pending.Values)
        {
            pending.Fail(exception);
        }
    }

    private static OutputProperty[] Find(Type type)
    {
        var found = new List<OutputProperty>();
        foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (property.GetCustomAttribute<OutputAttribute>() is not { } attribute)
            {
                continue;
            }

            var name = attribute.Name ?? property.Name;
            if (!property.PropertyType.IsGenericType || property.PropertyType.GetGenericTypeDefinition() != typeof(Output<>))
            {
                throw RunException.OutputsHaveIncorrectType([name]);
            }

            // A private setter is only visible from the class that declares it.
            var setter = property.DeclaringType!.GetProperty(property.Name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)!
                .GetSetMethod(nonPublic: true);
            found.Add(new OutputProperty(
                name,
                property,
                setter ?? throw new RunException($"[Output] {type.FullName}.{property.Name} has no setter: write {{ get; private set; }}."),
                typeof(PendingOutput<>).MakeGenericType(property.PropertyType.GetGenericArguments())));
        }

        return [.. found];
    }

    private interface IPendingOutput
    {
        Type Type { get; }

        IOutput Output { get; }

        void Complete(OutputData<object?> data);

        void Fail(Exception exception);
    }

    private sealed record OutputProperty(string Name, PropertyInfo Member, MethodInfo Setter, Type PendingType);

    private sealed class PendingOutput<T> : IPendingOutput
    {
        private readonly Resource _resource;
        private readonly TaskCompletionSource<OutputData<T>> _source = new();

        public PendingOutput(Resource resource)
        {
            _resource = resource;
            Output = new Output<T>(_source.Task);
        }

        public Type Type => typeof(T);

        public IOutput Output { get; }

        public void Complete(OutputData<object?> data)
            => _source.TrySetResult(
                new OutputData<T>(data.Resources.Add(_resource), data.Value is T value ? value : default!, data.IsKnown, data.IsSecret));

        public void Fail(Exception exception)
            => _source.TrySetException(exception);
    }
}
