using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Schema.OpenApi;

/// <summary>
/// The paths of OpenAPI documents: each with its operations, their kinds and the parameters by which clients learn what the server
/// can do (dry runs, field validation).
/// </summary>
internal sealed class OpenApiPaths(OpenApiSchemas schemas, bool isV3)
{
    private static readonly string[] ReadParameters = ["pretty"];
    private static readonly string[] WriteParameters = ["pretty", "dryRun", "fieldManager", "fieldValidation"];
    private static readonly string[] DeleteParameters = ["pretty", "dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy"];

    private static readonly string[] ListParameters =
        ["pretty", "allowWatchBookmarks", "continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "resourceVersionMatch", "sendInitialEvents", "timeoutSeconds", "watch"];

    private static readonly string[] PatchTypes =
        ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json"];

    private readonly JsonObject _paths = [];

    public JsonObject ToJson() => _paths;

    public void Add(ResourceDefinition definition)
    {
        var root = definition.Group.Length == 0 ? $"/api/{definition.Version}" : $"/apis/{definition.Group}/{definition.Version}";
        var name = definition.Schema.Name;
        if (definition.Namespaced && definition.Verbs.Contains("list"))
        {
            _paths[$"{root}/{definition.Plural}"] = new JsonObject { ["get"] = Operation(definition, "list", name + "List", ListParameters) };
        }

        var collection = definition.Namespaced ? $"{root}/namespaces/{{namespace}}/{definition.Plural}" : $"{root}/{definition.Plural}";
        _paths[collection] = Item(
            definition,
            isNamed: false,
            ("get", "list", "list", name + "List", ListParameters),
            ("post", "create", "post", name, WriteParameters),
            ("delete", "deletecollection", "deletecollection", "io.k8s.apimachinery.pkg.apis.meta.v1.Status", ListParameters));
        if (!definition.Verbs.Contains("get"))
        {
            return;
        }

        _paths[collection + "/{name}"] = Item(definition, isNamed: true, Single(name));
        if (definition.HasStatus)
        {
            _paths[collection + "/{name}/status"] = Item(definition, isNamed: true, [.. Single(name).Where(operation => operation.Action != "delete")]);
        }
    }

    private static (string Method, string Verb, string Action, string Answer, string[] Parameters)[] Single(string name) =>
    [
        ("get", "get", "get", name, ReadParameters),
        ("put", "update", "put", name, WriteParameters),
        ("patch", "patch", "patch", name, [.. WriteParameters, "force"]),
        ("delete", "delete", "delete", "io.k8s.apimachinery.pkg.apis.meta.v1.Status", DeleteParameters),
    ];

    private JsonObject Item(ResourceDefinition definition, bool isNamed, params (string Method, string Verb, string Action, string Answer, string[] Parameters)[] operations)
    {
        var item = new JsonObject();
        foreach (var (method, verb, action, answer, parameters) in operations.Where(operation => definition.Verbs.Contains(operation.Verb)))
        {
            item[method] = Operation(definition, action, answer, parameters);
        }

        var shared = new JsonArray();
        if (isNamed)
        {
            shared.Add((JsonNode)Parameter("name", "path"));
        }

        if (definition.Namespaced)
        {
            shared.Add((JsonNode)Parameter("namespace", "path"));
        }

        if (shared.Count > 0)
        {
            item["parameters"] = shared;
        }

        return item;
    }

    private JsonObject Operation(ResourceDefinition definition, string action, string answer, string[] parameters)
    {
        var list = new JsonArray([.. parameters.Select(name => (JsonNode)Parameter(name, "query"))]);
        var operation = new JsonObject { ["parameters"] = list };
        var body = action switch
        {
            "post" or "put" => definition.Schema.Name,
            "patch" => "io.k8s.apimachinery.pkg.apis.meta.v1.Patch",
            _ => null,
        };
        if (isV3)
        {
            if (body is not null)
            {
                operation["requestBody"] = new JsonObject { ["content"] = Content(body, action == "patch" ? PatchTypes : ["*/*"]) };
            }

            operation["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK", ["content"] = Content(answer, ["application/json"]) } };
        }
        else
        {
            operation["consumes"] = action == "patch" ? new JsonArray([.. PatchTypes.Select(type => (JsonNode)type)]) : new JsonArray("*/*");
            operation["produces"] = new JsonArray("application/json");
            if (body is not null)
            {
                list.Insert(0, new JsonObject { ["name"] = "body", ["in"] = "body", ["required"] = true, ["schema"] = schemas.Reference(body) });
            }

            operation["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK", ["schema"] = schemas.Reference(answer) } };
        }

        operation["x-kubernetes-action"] = action;
        operation["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = definition.Group, ["kind"] = definition.Kind, ["version"] = definition.Version };
        return operation;
    }

    private JsonObject Content(string schema, string[] types) =>
        new(types.Select(type => KeyValuePair.Create(type, (JsonNode?)new JsonObject { ["schema"] = schemas.Reference(schema) })));

    private JsonObject Parameter(string name, string place)
    {
        var type = name switch
        {
            "limit" or "timeoutSeconds" or "gracePeriodSeconds" => "integer",
            "allowWatchBookmarks" or "sendInitialEvents" or "watch" or "orphanDependents" or "force" => "boolean",
            _ => "string",
        };
        var parameter = new JsonObject { ["name"] = name, ["in"] = place };
        if (place == "path")
        {
            parameter["required"] = true;
        }

        if (isV3)
        {
            parameter["schema"] = new JsonObject { ["type"] = type, ["uniqueItems"] = true };
        }
        else
        {
            parameter["type"] = type;
            parameter["uniqueItems"] = true;
        }

        return parameter;
    }
}
