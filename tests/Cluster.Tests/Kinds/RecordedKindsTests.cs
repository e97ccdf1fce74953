using System.Text.Json.Nodes;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Kinds;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Tests.Kinds;

/// <summary>Every recorded creation and table, held against the definitions of the kinds alone.</summary>
public sealed class RecordedKindsTests
{
    /// <summary>What the server gives out, and what admission looks up elsewhere.</summary>
    private static readonly string[] GivenByServer =
    [
        "/metadata/uid", "/metadata/resourceVersion", "/metadata/creationTimestamp", "/metadata/managedFields", "/metadata/namespace", "/metadata/generation", "/metadata/selfLink",
        "/spec/clusterIP", "/spec/clusterIPs", "/spec/healthCheckNodePort", "/spec/ports/*/nodePort", "/status/conditions/*/lastTransitionTime",
    ];

    /// <summary>Exchanges whose outcome needs more than the object: other objects, the allocator, admission, or a second opinion of the REST layer.</summary>
    private static readonly HashSet<string> Elsewhere =
    [
        "services-cluster-ip/ip-taken", "services-cluster-ip/ip-outside", "services-node-port/taken", "services-node-port/out-of-range", "services-node-port/same-twice",
        "pods/create",
    ];

    [Theory]
    [InlineData("03-namespaces")]
    [InlineData("04-configmaps")]
    [InlineData("05-secrets")]
    [InlineData("06-services-cluster-ip")]
    [InlineData("07-services-node-port")]
    [InlineData("08-service-accounts")]
    [InlineData("09-pods")]
    [InlineData("10-pod-validation")]
    [InlineData("11-deployments")]
    [InlineData("15-hpa-versions")]
    [InlineData("17-pod-disruption-budgets")]
    [InlineData("18-endpoint-slices")]
    [InlineData("19-events")]
    [InlineData("21-leases")]
    [InlineData("43-metadata-rules")]
    [InlineData("45-tables")]
    public void Create_OfRecordedObject_GivesTheRecordedObjectOrErrors(string scenario)
    {
        var compared = 0;
        foreach (var exchange in Recordings.Read(scenario).Where(exchange => exchange is { Method: "POST", Body: JsonObject, Status: 201 or 422 or 400 } && !Elsewhere.Contains($"{scenario[3..]}/{exchange.Id}")))
        {
            if (DefinitionOf(exchange.Path) is not { } definition)
            {
                continue;
            }

            var body = exchange.Body!.DeepClone().AsObject();
            if (exchange.Status == 400)
            {
                if (((string?)exchange.Response!["message"])!.Contains("cannot be handled as", StringComparison.Ordinal))
                {
                    var error = Assert.Throws<DecodeException>(() => ObjectDecoder.Decode(body, definition.Schema));
                    Assert.EndsWith(error.Message, (string?)exchange.Response["message"], StringComparison.Ordinal);
                    compared++;
                }

                continue;
            }

            if (definition.Namespaced && body["metadata"] is JsonObject metadata)
            {
                metadata["namespace"] = exchange.Path.Split('/')[^2];
            }

            var (resource, errors) = KindPipeline.Create(definition, body);
            if (exchange.Status == 422)
            {
                var causes = new JsonArray([.. errors.Causes.Select(cause => (JsonNode)new JsonObject { ["reason"] = cause.Reason, ["message"] = cause.Message, ["field"] = cause.Field })]);
                Json.Equal(Recordings.At(exchange.Response, "/details/causes"), causes, $"{exchange.Id} ");
            }
            else
            {
                Assert.True(!errors.Any, $"{exchange.Id} {(errors.Any ? errors.Summary() : "")}");
                var masks = exchange.Masks.Concat(GivenByServer).ToList();
                Json.Equal(Recordings.Without(exchange.Response, masks), Recordings.Without(resource, masks), $"{exchange.Id} ");
            }

            compared++;
        }

        Assert.True(compared > 0, "nothing was compared");
    }

    [Theory]
    [InlineData("05-secrets")]
    [InlineData("07-services-node-port")]
    [InlineData("11-deployments")]
    [InlineData("15-hpa-versions")]
    [InlineData("17-pod-disruption-budgets")]
    [InlineData("18-endpoint-slices")]
    [InlineData("19-events")]
    [InlineData("45-tables")]
    public void Columns_OfRecordedTables_AreTheRecordedOnes(string scenario)
    {
        var compared = 0;
        foreach (var exchange in Recordings.Read(scenario).Where(exchange => exchange is { Status: 200, Response: JsonObject response } && (string?)response["kind"] == "Table"))
        {
            if (DefinitionOf(exchange.Path.Split('?')[0]) is not { } definition)
            {
                continue;
            }

            var columns = Tables.ColumnsOf(definition).Select(column => (JsonNode)new JsonObject
            {
                ["name"] = column.Name,
                ["type"] = column.Type,
                ["format"] = column.Format,
                ["priority"] = column.Priority,
            });
            Json.Equal(Recordings.Without(exchange.Response!["columnDefinitions"], "/*/description"), new JsonArray([.. columns]), exchange.Id);
            compared++;
        }

        Assert.True(compared > 0, "nothing was compared");
    }

    /// <summary>The kind of a collection's path; null for anything else.</summary>
    private static ResourceDefinition? DefinitionOf(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (version, rest) = parts[0] == "api" ? (parts[1], parts[2..]) : ($"{parts[1]}/{parts[2]}", parts[3..]);
        rest = rest is ["namespaces", _, ..] and not ["namespaces", _] ? rest[2..] : rest;
        return rest is [var plural] ? KindRegistry.All.FirstOrDefault(definition => definition.Plural == plural && definition.ApiVersion == version) : null;
    }
}
