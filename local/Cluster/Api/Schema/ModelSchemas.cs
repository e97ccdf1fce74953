using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;
using k8s.Models;

namespace Scalelab.Cluster.Api.Schema;

/// <summary>
/// Schemas of the client's model types: names and types by reflection, everything else from <see cref="WireFacts"/>. A type is looked
/// at when its fields are first asked for, so that starting costs nothing for kinds that nobody uses.
/// </summary>
public static class ModelSchemas
{
    private static readonly ConcurrentDictionary<Type, TypeSchema> Types = new();

    /// <summary>The schema of a model, e.g. <see cref="V1Pod"/>.</summary>
    public static TypeSchema Of(Type model) => Types.GetOrAdd(model, static type => Plain(type, FieldFacts.None));

    public static TypeSchema Of<T>() => Of(typeof(T));

    private static TypeSchema Plain(Type type, FieldFacts facts)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType)
        {
            var definition = type.GetGenericTypeDefinition();
            var arguments = type.GetGenericArguments();
            if (definition == typeof(IList<>))
            {
                return new TypeSchema(SchemaType.List, element: () => Of(arguments[0])) { Relation = facts.Relation, Keys = facts.Keys };
            }

            if (definition == typeof(IDictionary<,>))
            {
                return new TypeSchema(SchemaType.Map, element: () => Of(arguments[1])) { Atomic = facts.Atomic };
            }
        }

        var scalar = Scalar(type, facts);
        if (scalar is { } known)
        {
            return new TypeSchema(known);
        }

        var typeFacts = WireFacts.Instance.Of(type.Name);
        return new TypeSchema(SchemaType.Struct, () => FieldsOf(type, typeFacts)) { Name = typeFacts.Name, Atomic = typeFacts.Atomic || facts.Atomic };
    }

    private static SchemaType? Scalar(Type type, FieldFacts facts) => type switch
    {
        _ when type == typeof(string) => SchemaType.Text,
        _ when type == typeof(int) => SchemaType.Integer32,
        _ when type == typeof(long) => SchemaType.Integer64,
        _ when type == typeof(double) => SchemaType.Number,
        _ when type == typeof(bool) => SchemaType.Boolean,
        _ when type == typeof(byte[]) => SchemaType.Bytes,
        _ when type == typeof(DateTime) || type == typeof(DateTimeOffset) => facts.Micro ? SchemaType.MicroTime : SchemaType.Time,
        _ when type == typeof(IntOrString) => SchemaType.IntOrString,
        _ when type == typeof(ResourceQuantity) => SchemaType.Quantity,
        _ when type == typeof(object) => SchemaType.Any,
        _ => null,
    };

    private static IEnumerable<FieldSchema> FieldsOf(Type type, TypeFacts typeFacts)
    {
        foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            if (property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name is not { } name)
            {
                continue;
            }

            var facts = typeFacts.Field(name);
            if (facts.IsLater)
            {
                continue;
            }

            var plain = facts == FieldFacts.None ? Of(property.PropertyType) : Plain(property.PropertyType, facts);
            yield return new FieldSchema(name, plain)
            {
                Always = facts.Always,
                KeepsZero = facts.KeepsZero,
                Value = facts.Value,
                Required = facts.Required,
                Merges = facts.Merges,
                MergeKey = facts.MergeKey,
                Replaces = facts.Replaces,
                Default = facts.Default,
            };
        }
    }
}
