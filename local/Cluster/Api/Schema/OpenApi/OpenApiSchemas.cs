using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Schema.OpenApi;

/// <summary>
/// The named schemas of OpenAPI documents, made of <see cref="TypeSchema"/>. The two versions differ in where the schemas stand and
/// in that 2.0 lets no other word stand beside a reference.
/// </summary>
internal sealed class OpenApiSchemas(bool isV3)
{
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private const string IntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    private const string QuantityName = "io.k8s.apimachinery.pkg.api.resource.Quantity";

    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);

    public JsonObject ToJson() => new(_schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value)));

    /// <summary>Adds a kind with its list and everything that they consist of.</summary>
    public void Add(ResourceDefinition definition)
    {
        var schema = definition.Schema;
        if (schema.Name.Length == 0)
        {
            return;
        }

        if (definition.PublishedSchema is { } published)
        {
            _schemas[schema.Name] = Custom(published);
        }
        else
        {
            Define(schema);
        }

        Mark(schema.Name, definition, definition.Kind);
        if (!definition.Verbs.Contains("list"))
        {
            return;
        }

        Define(ModelSchemas.Of<V1ListMeta>());
        _schemas[schema.Name + "List"] = new JsonObject
        {
            ["description"] = $"{definition.ListKind} is a list of {definition.Kind}.",
            ["type"] = "object",
            ["required"] = new JsonArray("items"),
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = new JsonObject { ["type"] = "string" },
                ["items"] = new JsonObject { ["type"] = "array", ["items"] = Reference(schema.Name) },
                ["kind"] = new JsonObject { ["type"] = "string" },
                ["metadata"] = Reference(Meta + "ListMeta"),
            },
        };
        Mark(schema.Name + "List", definition, definition.ListKind);
    }

    /// <summary>Adds a model that requests and answers use.</summary>
    public void Add<T>() => Define(ModelSchemas.Of<T>());

    /// <summary>A reference to a named schema.</summary>
    public JsonObject Reference(string name) => isV3
        ? new JsonObject { ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = "#/components/schemas/" + name }) }
        : new JsonObject { ["$ref"] = "#/definitions/" + name };

    /// <summary>A custom kind's own schema with what every object has.</summary>
    private JsonObject Custom(JsonObject published)
    {
        Define(ModelSchemas.Of<V1ObjectMeta>());
        var schema = published.DeepClone().AsObject();
        if (!isV3)
        {
            Simplify(schema);
        }

        if (schema["properties"] is not JsonObject properties)
        {
            schema["properties"] = properties = [];
        }

        properties["apiVersion"] = new JsonObject { ["type"] = "string" };
        properties["kind"] = new JsonObject { ["type"] = "string" };
        properties["metadata"] = Reference(Meta + "ObjectMeta");
        return schema;
    }

    /// <summary>OpenAPI 2.0 lacks the words for alternatives and for null; clients that read it are better off without them.</summary>
    private static void Simplify(JsonObject schema)
    {
        if (schema["nullable"] is not null)
        {
            schema.Remove("type");
        }

        foreach (var word in (ReadOnlySpan<string>)["allOf", "anyOf", "oneOf", "not", "nullable", "default"])
        {
            schema.Remove(word);
        }

        IEnumerable<JsonNode?> children = [schema["items"], schema["additionalProperties"], .. (schema["properties"] as JsonObject ?? []).Select(property => property.Value)];
        foreach (var child in children.OfType<JsonObject>())
        {
            Simplify(child);
        }
    }

    private void Mark(string name, ResourceDefinition definition, string kind) =>
        _schemas[name]["x-kubernetes-group-version-kind"] = new JsonArray(new JsonObject { ["group"] = definition.Group, ["kind"] = kind, ["version"] = definition.Version });

    private void Define(TypeSchema schema)
    {
        if (_schemas.ContainsKey(schema.Name))
        {
            return;
        }

        var result = new JsonObject { ["description"] = $"{schema.Name[(schema.Name.LastIndexOf('.') + 1)..]}.", ["type"] = "object" };
        _schemas.Add(schema.Name, result);
        var fields = schema.Fields.Values.OrderBy(field => field.Name, StringComparer.Ordinal).ToList();
        var required = fields.Where(field => field.Required).Select(field => (JsonNode)field.Name).ToArray();
        if (required.Length > 0)
        {
            result["required"] = new JsonArray(required);
        }

        if (fields.Count > 0)
        {
            result["properties"] = new JsonObject(fields.Select(field => KeyValuePair.Create(field.Name, (JsonNode?)Property(field))));
        }

        if (schema.Atomic)
        {
            result["x-kubernetes-map-type"] = "atomic";
        }
    }

    private JsonObject Property(FieldSchema field)
    {
        var result = Value(field.Type);
        if (field.Type.Type == SchemaType.List)
        {
            result["x-kubernetes-list-type"] = field.Type.Relation switch
            {
                ListRelation.Map => "map",
                ListRelation.Set => "set",
                _ => "atomic",
            };
            if (field.Type.Relation == ListRelation.Map)
            {
                result["x-kubernetes-list-map-keys"] = new JsonArray([.. field.Type.Keys.Select(key => (JsonNode)key)]);
            }
        }

        if (field.Merges)
        {
            result["x-kubernetes-patch-strategy"] = "merge";
        }

        if (field.MergeKey is { } key)
        {
            result["x-kubernetes-patch-merge-key"] = key;
        }

        if (field.Type is { Type: SchemaType.Map, Atomic: true })
        {
            result["x-kubernetes-map-type"] = "atomic";
        }

        if (isV3 && field.Default is { } value)
        {
            result["default"] = JsonNode.Parse(value);
        }

        return result;
    }

    private JsonObject Value(TypeSchema schema)
    {
        switch (schema.Type)
        {
            case SchemaType.Struct when schema.Name.Length > 0:
                Define(schema);
                return Reference(schema.Name);
            case SchemaType.Map:
                return new JsonObject { ["type"] = "object", ["additionalProperties"] = Value(schema.Element!) };
            case SchemaType.List:
                return new JsonObject { ["type"] = "array", ["items"] = Value(schema.Element!) };
            case SchemaType.Text:
                return new JsonObject { ["type"] = "string" };
            case SchemaType.Bytes:
                return new JsonObject { ["type"] = "string", ["format"] = "byte" };
            case SchemaType.Integer32:
                return new JsonObject { ["type"] = "integer", ["format"] = "int32" };
            case SchemaType.Integer64:
                return new JsonObject { ["type"] = "integer", ["format"] = "int64" };
            case SchemaType.Number:
                return new JsonObject { ["type"] = "number", ["format"] = "double" };
            case SchemaType.Boolean:
                return new JsonObject { ["type"] = "boolean" };
            case SchemaType.Time:
                return Scalar(Meta + "Time", new JsonObject { ["type"] = "string", ["format"] = "date-time" });
            case SchemaType.MicroTime:
                return Scalar(Meta + "MicroTime", new JsonObject { ["type"] = "string", ["format"] = "date-time" });
            case SchemaType.IntOrString:
                return Scalar(IntOrString, OneOf("integer", "int-or-string"));
            case SchemaType.Quantity:
                return Scalar(QuantityName, OneOf("number", null));
            default:
                return new JsonObject { ["type"] = "object" };
        }
    }

    private JsonObject Scalar(string name, JsonObject schema)
    {
        if (!_schemas.ContainsKey(name))
        {
            schema.Insert(0, "description", $"{name[(name.LastIndexOf('.') + 1)..]}.");
            _schemas.Add(name, schema);
        }

        return Reference(name);
    }

    private JsonObject OneOf(string number, string? format)
    {
        var schema = isV3
            ? new JsonObject { ["oneOf"] = new JsonArray(new JsonObject { ["type"] = number }, new JsonObject { ["type"] = "string" }) }
            : new JsonObject { ["type"] = "string" };
        if (format is not null)
        {
            schema["format"] = format;
        }

        return schema;
    }
}
