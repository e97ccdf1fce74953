using k8s.Models;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>Custom schemas as patches and server-side apply see them: what is a field, a map or a list, and how lists merge.</summary>
internal static class CustomTypes
{
    /// <param name="name">The name in OpenAPI.</param>
    public static TypeSchema Of(CustomSchema schema, string name)
    {
        var reader = new CustomReader(schema);
        return new TypeSchema(SchemaType.Struct, () => Fields(schema, isWhole: true))
        {
            Name = name,
            Atomic = schema.MapType == "atomic",
            PreservesUnknownFields = schema.PreservesUnknown,
            Reader = reader.Read,
        };
    }

    private static IEnumerable<FieldSchema> Fields(CustomSchema schema, bool isWhole)
    {
        if (isWhole)
        {
            yield return new FieldSchema("apiVersion", new TypeSchema(SchemaType.Text));
            yield return new FieldSchema("kind", new TypeSchema(SchemaType.Text));
            yield return new FieldSchema("metadata", ModelSchemas.Of<V1ObjectMeta>());
        }

        foreach (var (name, property) in schema.Properties)
        {
            if (!isWhole || name is not ("apiVersion" or "kind" or "metadata"))
            {
                yield return new FieldSchema(name, Value(property)) { KeepsZero = true, Default = property.Default?.ToJsonString(), Required = schema.Required.Contains(name) };
            }
        }
    }

    private static TypeSchema Value(CustomSchema schema) => schema switch
    {
        { IsIntOrString: true } => new TypeSchema(SchemaType.IntOrString),
        { Type: "array" } => List(schema),
        { Type: "object", Properties.IsEmpty: true, AdditionalProperties: { } values } => new TypeSchema(SchemaType.Map, element: () => Value(values)) { Atomic = schema.MapType == "atomic" },
        { Type: "object", Properties.IsEmpty: true, PreservesUnknown: true, MapType: not "atomic", IsEmbedded: false } or { Type: "" } => new TypeSchema(SchemaType.Any),
        { Type: "object" } => new TypeSchema(SchemaType.Struct, () => Fields(schema, schema.IsEmbedded))
        {
            Atomic = schema.MapType == "atomic",
            PreservesUnknownFields = schema.PreservesUnknown,
        },
        { Type: "string" } => new TypeSchema(SchemaType.Text),
        { Type: "integer" } => new TypeSchema(SchemaType.Integer64),
        { Type: "number" } => new TypeSchema(SchemaType.Number),
        { Type: "boolean" } => new TypeSchema(SchemaType.Boolean),
        _ => new TypeSchema(SchemaType.Any),
    };

    private static TypeSchema List(CustomSchema schema) => new(SchemaType.List, element: () => Value(schema.Items ?? CustomSchema.Empty))
    {
        Relation = schema.ListType switch { "map" => ListRelation.Map, "set" => ListRelation.Set, _ => ListRelation.Atomic },
        Keys = schema.ListMapKeys,
    };
}
