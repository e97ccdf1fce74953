using System.Text.Json.Nodes;
using CsCheck;
using k8s.Models;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Api.Patch;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Tests.Patch;

public sealed class ServerSideApplyTests
{
    private static readonly TypeSchema Schema = ModelSchemas.Of<V1Deployment>();
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20000);

    private static readonly Gen<string> Names = Gen.Int[0, 3].Select(index => "ABCD".Substring(index, 1));

    /// <summary>Deployments whose labels, replicas, containers and their environments vary.</summary>
    private static readonly Gen<JsonObject> Configurations =
        from labels in Gen.Select(Names, Gen.Int[1, 2]).Array[0, 3]
        from replicas in Gen.Int[0, 3]
        from containers in Gen.Select(Names, Gen.Select(Names, Gen.Int[1, 2]).Array[0, 3]).Array[0, 3]
        select Configuration(labels, replicas, containers);

    [Fact]
    public void Apply_OfOthersFields_IsRefusedWithOneCauseAField()
    {
        var live = Applied(null, """{"spec":{"replicas":0,"template":{"spec":{"containers":[{"name":"main","image":"x:1","env":[{"name":"A","value":"1"}]}]}}}}""", "m1");
        var error = Assert.Throws<ApiException>(() => Applied(
            live, """{"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"main","image":"x:2","env":[{"name":"A","value":"9"}]}]}}}}""", "m2"));
        Assert.Equal((409, "Conflict"), (error.Code, error.Reason));
        Assert.Equal(
            "Apply failed with 3 conflicts: conflicts with \"m1\":\n- .spec.replicas\n- .spec.template.spec.containers[name=\"main\"].image\n- .spec.template.spec.containers[name=\"main\"].env[name=\"A\"].value",
            error.Message);
        Assert.Equal([".spec.replicas", ".spec.template.spec.containers[name=\"main\"].image", ".spec.template.spec.containers[name=\"main\"].env[name=\"A\"].value"], error.Status.Details.Causes.Select(cause => cause.Field));
        Assert.All(error.Status.Details.Causes, cause => Assert.Equal(("FieldManagerConflict", "conflict with \"m1\""), (cause.Reason, cause.Message)));
    }

    [Fact]
    public void Apply_WithForce_TakesTheFieldOver()
    {
        var live = Applied(null, """{"spec":{"replicas":0,"paused":true}}""", "m1");
        var forced = Applied(live, """{"spec":{"replicas":2}}""", "m2", force: true);
        Assert.Equal(2, (int)forced["spec"]!["replicas"]!);
        Json.Equal(Json.Object("""{"f:spec":{"f:paused":{}}}"""), OwnedBy(forced, "m1"));
        Json.Equal(Json.Object("""{"f:spec":{"f:replicas":{}}}"""), OwnedBy(forced, "m2"));
    }

    [Fact]
    public void Apply_AfterAnUpdateTookTheField_NamesTheWriter()
    {
        var live = Applied(null, """{"spec":{"replicas":0}}""", "m1");
        var updated = live.DeepClone().AsObject();
        updated["spec"]!["replicas"] = 5;
        ManagedFields.Track(live, updated, "kubectl", "apps/v1", Schema, Now, "scale");
        var error = Assert.Throws<ApiException>(() => Applied(updated, """{"spec":{"replicas":0}}""", "m1"));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using apps/v1: .spec.replicas", error.Message);
    }

    [Theory]
    [InlineData("""{"zork":1}""", "failed to create typed patch object (/d; apps/v1, Kind=Deployment): .zork: field not declared in schema")]
    [InlineData("""{"spec":"x"}""", "failed to create typed patch object (/d; apps/v1, Kind=Deployment): .spec: expected map, got &{x}")]
    [InlineData("""{"zork":1,"spec":{"a":1}}""", "failed to create typed patch object (/d; apps/v1, Kind=Deployment): errors:\n  .zork: field not declared in schema\n  .spec.a: field not declared in schema")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"X"},{"name":"X"}]}]}}}}""", "failed to create typed patch object (/d; apps/v1, Kind=Deployment): .spec.template.spec.containers[name=\"main\"].env: duplicate entries for key [name=\"X\"]")]
    public void Apply_OfWhatTheSchemaDoesNotKnow_IsTheServersError(string configuration, string message)
    {
        var error = Assert.Throws<ApiException>(() => Applied(null, configuration, "m"));
        Assert.Equal((500, message), (error.Code, error.Message));
    }

    [Fact]
    public void Apply_WithManagedFields_IsABadRequest()
    {
        var error = Assert.Throws<ApiException>(() => Applied(null, """{"metadata":{"name":"d","managedFields":[]}}""", "m"));
        Assert.Equal((400, "metadata.managedFields must be nil"), (error.Code, error.Message));
    }

    [Fact]
    public void Apply_OfElementsBesideOthers_KeepsTheirOrder()
    {
        var live = Applied(null, """{"spec":{"template":{"spec":{"containers":[{"name":"main","ports":[{"containerPort":80,"protocol":"TCP"}]}]}}}}""", "m1");
        var both = Applied(live, """{"spec":{"template":{"spec":{"containers":[{"name":"main","ports":[{"containerPort":81}]}]}}}}""", "m2");
        Json.Equal(JsonNode.Parse("""[{"containerPort":80,"protocol":"TCP"},{"containerPort":81}]"""), Recordings.At(both, "/spec/template/spec/containers/0/ports"));
        Assert.NotNull(Recordings.At(OwnedBy(both, "m2"), "/f:spec/f:template/f:spec/f:containers/k:{\"name\":\"main\"}/f:ports/k:{\"containerPort\":81,\"protocol\":\"TCP\"}"));
    }

    [Fact]
    public void Apply_Twice_ChangesNothing() => Configurations.Sample(
        configuration =>
        {
            var once = ServerSideApply.Apply(null, configuration, "m", false, Schema, Now, null);
            Json.Equal(once, ServerSideApply.Apply(once, configuration, "m", false, Schema, Now.AddHours(1), null));
        },
        iter: 300);

    [Fact]
    public void Apply_OfLess_LeavesExactlyTheNewConfiguration() => Gen.Select(Configurations, Configurations).Sample(
        (first, second) =>
        {
            var live = ServerSideApply.Apply(null, first, "m", false, Schema, Now, null);
            var changed = ServerSideApply.Apply(live, second, "m", false, Schema, Now, null);
            var fresh = ServerSideApply.Apply(null, second, "m", false, Schema, Now, null);

            // An empty list and none are stored alike.
            ObjectDecoder.WithoutEmpty(fresh, Schema);
            ObjectDecoder.WithoutEmpty(changed, Schema);
            Json.Equal(Sorted(fresh), Sorted(changed));
        },
        iter: 300);

    [Fact]
    public void Apply_OfNothing_RemovesOnlyWhatNobodyElseOwns() => Gen.Select(Configurations, Configurations).Sample(
        (mine, theirs) =>
        {
            var both = ServerSideApply.Apply(ServerSideApply.Apply(null, theirs, "them", true, Schema, Now, null), mine, "me", true, Schema, Now, null);
            var left = ServerSideApply.Apply(both, Configured("{}"), "me", true, Schema, Now, null);
            Assert.Null(OwnedBy(left, "me"));
            Json.Equal(OwnedBy(both, "them"), OwnedBy(left, "them"));
            var owned = TypedValue.ToFieldSet(Recordings.Without(left, "/metadata/managedFields", "/metadata/name", "/apiVersion", "/kind"), Schema);
            var rest = owned.Difference(FieldSet.Parse((OwnedBy(both, "them") as JsonObject) ?? []));
            Assert.DoesNotContain(rest.Paths(), path => path.Contains("env[", StringComparison.Ordinal) || path.Contains("labels", StringComparison.Ordinal));
        },
        iter: 300);

    [Fact]
    public void Apply_OfRecordedConfigMaps_GivesWhatWasRecorded()
    {
        var schema = ModelSchemas.Of<V1ConfigMap>();
        var live = new Dictionary<string, JsonObject>();
        foreach (var exchange in Recordings.Read("34-apply-basic").Where(exchange => exchange is { Method: "PATCH", ContentType: "application/apply-patch+yaml" }))
        {
            var name = exchange.Path.Split('/')[^1].Split('?')[0];
            var manager = exchange.Path.Split("fieldManager=")[^1];
            if (exchange is { Status: 200 or 201, Body: JsonObject })
            {
                var body = exchange.Body!.AsObject().DeepClone().AsObject();
                var result = ServerSideApply.Apply(live.GetValueOrDefault(name), body, manager, false, schema, Now, null);
                Json.Equal(Recordings.At(exchange.Response, "/data"), result["data"], exchange.Id);
                Json.Equal(
                    Recordings.At(Recordings.Without(exchange.Response, exchange.Masks), "/metadata/managedFields"),
                    Recordings.At(Recordings.Without(result, exchange.Masks), "/metadata/managedFields"),
                    exchange.Id);
            }
            else if (exchange is { Status: 500, Body: JsonObject })
            {
                var error = Assert.Throws<ApiException>(() => ServerSideApply.Apply(live.GetValueOrDefault(name), exchange.Body!.AsObject(), manager, false, schema, Now, null));
                Assert.Equal((string?)exchange.Response!["message"], error.Message);
            }

            if (exchange.Status < 300)
            {
                live[name] = exchange.Response!.AsObject();
            }
        }
    }

    [Fact]
    public void Apply_OfRecordedDeployments_GivesTheRecordedOwnersAndConflicts()
    {
        JsonObject? live = null;
        foreach (var exchange in Recordings.Read("35-apply-conflicts").Where(exchange => exchange.Path.Contains("/deployments", StringComparison.Ordinal)))
        {
            if (exchange.ContentType == "application/apply-patch+yaml" && exchange.Status != 422)
            {
                var manager = exchange.Path.Split("fieldManager=")[^1].Split('&')[0];
                var force = exchange.Path.Contains("force=true", StringComparison.Ordinal);
                if (exchange.Status < 300)
                {
                    var result = ServerSideApply.Apply(live, exchange.Body!.AsObject(), manager, force, Schema, Now, null);
                    foreach (var owner in new[] { "m1", "m2", "vectors" })
                    {
                        Json.Equal(OwnedBy(exchange.Response!.AsObject(), owner), OwnedBy(result, owner), $"{exchange.Id} {owner}");
                    }
                }
                else
                {
                    var error = Assert.Throws<ApiException>(() => ServerSideApply.Apply(live, exchange.Body!.AsObject(), manager, force, Schema, Now, null));
                    Assert.Equal((exchange.Status, (string?)exchange.Response!["message"]), (error.Code, error.Message));
                }
            }

            if (exchange is { Status: < 300, Response: JsonObject response } && (string?)response["kind"] == "Deployment" && !exchange.Path.Contains("dryRun", StringComparison.Ordinal))
            {
                live = response;
            }
            else if (exchange.Id == "scale")
            {
                var scaled = live!.DeepClone().AsObject();
                scaled["spec"]!["replicas"] = exchange.Response!["spec"]!["replicas"]!.DeepClone();
                ManagedFields.Track(live, scaled, "vectors", "apps/v1", Schema, Now, "scale");
                live = scaled;
            }
        }
    }

    [Fact]
    public void Track_OfCreation_NamesWhatTheClientGaveBesideWhatIsNeverAbsent()
    {
        var created = ObjectDecoder.Decode(
            Json.Object("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","labels":{"a":"b"}},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}},"template":{"spec":{"containers":[{"name":"main"}]}}}}"""),
            Schema);
        ManagedFields.Track(null, created, "vectors", "apps/v1", Schema, Now, null);
        Json.Equal(
            Json.Object("""{"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{"f:replicas":{},"f:selector":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{}},"f:type":{}},"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:name":{},"f:resources":{}}}}}}}"""),
            OwnedBy(created, "vectors"));
    }

    [Fact]
    public void Apply_OfABadValueAndOfWhatOthersOwn_NamesTheOwners()
    {
        var live = Applied(null, """{"spec":{"replicas":1}}""", "one");

        var refused = Assert.Throws<ApiException>(() => Applied(live, """{"spec":{"replicas":2,"template":{"spec":{"containers":[{"name":"a","resources":{"limits":{"cpu":"much"}}}]}}}}""", "two"));

        Assert.Equal((409, "Apply failed with 1 conflict: conflict with \"one\": .spec.replicas"), (refused.Code, refused.Status.Message));
    }

    [Fact]
    public void Apply_OfAStatusWithLabels_OwnsNoLabels()
    {
        var live = Applied(null, """{"spec":{"replicas":1}}""", "one");

        var applied = ServerSideApply.Apply(live, Configured("""{"metadata":{"labels":{"a":"b"}},"status":{"replicas":1}}"""), "two", false, Schema, Now, "status", ["metadata.labels"]);

        var entry = Recordings.At(applied, "/metadata/managedFields")!.AsArray().Single(one => (string?)one!["manager"] == "two")!;
        Json.Equal(Json.Object("""{"f:status":{"f:replicas":{}}}"""), entry["fieldsV1"]);
    }

    private static JsonObject Applied(JsonObject? live, string configuration, string manager, bool force = false) =>
        ServerSideApply.Apply(live, Configured(configuration), manager, force, Schema, Now, null);

    private static JsonObject Configured(string configuration) =>
        MergePatch.Apply(Json.Object("""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"}}"""), JsonNode.Parse(configuration))!.AsObject();

    private static JsonNode? OwnedBy(JsonObject resource, string manager) => Recordings.At(resource, "/metadata/managedFields") is JsonArray entries
        ? entries.FirstOrDefault(entry => (string?)entry!["manager"] == manager && entry["subresource"]?.ToString() != "status")?["fieldsV1"]
        : null;

    private static JsonObject Configuration((string Name, int Value)[] labels, int replicas, (string Name, (string Name, int Value)[] Env)[] containers)
    {
        var configuration = Configured($$$"""{"spec":{"replicas":{{{replicas}}}}}""");
        configuration["metadata"]!["labels"] = new JsonObject(labels.DistinctBy(label => label.Name).Select(label => KeyValuePair.Create(label.Name, (JsonNode?)$"{label.Value}")));
        configuration["spec"]!["template"] = new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["containers"] = new JsonArray([.. containers.DistinctBy(container => container.Name).Select(container => new JsonObject
                {
                    ["name"] = container.Name,
                    ["env"] = new JsonArray([.. container.Env.DistinctBy(variable => variable.Name).Select(variable => new JsonObject { ["name"] = variable.Name, ["value"] = $"{variable.Value}" })]),
                })]),
            },
        };
        return configuration;
    }

    /// <summary>Orders the lists by name: what was there keeps its place, so that order depends on history.</summary>
    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Sorted(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted).OrderBy(item => item?["name"]?.ToString(), StringComparer.Ordinal)]),
        _ => node?.DeepClone(),
    };
}
