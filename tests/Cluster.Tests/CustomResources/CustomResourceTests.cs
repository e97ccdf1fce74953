using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Tests.Api;

namespace Scalelab.Cluster.Tests.CustomResources;

/// <summary>Custom resources over HTTP, from the definition to the end of its objects.</summary>
public sealed class CustomResourceTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Delete_OfADefinition_TakesItsObjectsAndItsGroupAlong()
    {
        await DefineAsync("drops");
        Assert.Equal(HttpStatusCode.Created, await PostAsync("/apis/drops.example.com/v1/namespaces/default/drops", Object("drops", "a")));

        await cluster.Http.DeleteAsync(new Uri($"{Definitions}/drops.drops.example.com", UriKind.Relative), Cancellation);

        await UntilAsync("/apis/drops.example.com", HttpStatusCode.NotFound);
        await UntilAsync($"{Definitions}/drops.drops.example.com", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Create_WithASecondKindOfTheSameName_IsNotAccepted()
    {
        await DefineAsync("twins");
        var second = Definition("twins");
        second["metadata"]!["name"] = "others.twins.example.com";
        second["spec"]!["names"]!["plural"] = "others";

        Assert.Equal(HttpStatusCode.Created, await PostAsync(Definitions, second));

        var condition = await ConditionAsync("others.twins.example.com", "NamesAccepted");
        Assert.Equal(("False", "ListKindConflict"), ((string?)condition["status"], (string?)condition["reason"]));
    }

    [Fact]
    public async Task Get_AtAnotherVersion_GivesTheObjectInThatVersion()
    {
        var definition = Definition("changes");
        var second = definition["spec"]!["versions"]![0]!.DeepClone();
        (second["name"], second["storage"]) = ("v2", false);
        definition["spec"]!["versions"]!.AsArray().Add(second);
        Assert.Equal(HttpStatusCode.Created, await PostAsync(Definitions, definition));
        await UntilAsync("/apis/changes.example.com/v2/namespaces/default/changes", HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Created, await PostAsync("/apis/changes.example.com/v1/namespaces/default/changes", Object("changes", "a")));

        var read = await GetAsync("/apis/changes.example.com/v2/namespaces/default/changes/a");

        Assert.Equal("changes.example.com/v2", (string?)read["apiVersion"]);
    }

    [Fact]
    public async Task Openapi_OfACustomKind_PublishesItsSchema()
    {
        await DefineAsync("schemas");

        var document = await GetAsync("/openapi/v3/apis/schemas.example.com/v1");

        var properties = document["components"]!["schemas"]!["com.example.schemas.v1.Schemas"]!["properties"]!;
        Assert.Equal("integer", (string?)properties["spec"]!["properties"]!["size"]!["type"]);
        Assert.NotNull(properties["metadata"]);
    }

    [Fact]
    public async Task Object_InAnotherVersion_HasWhatBothSchemasKnow()
    {
        var definition = Definition("gauges");
        var versions = definition["spec"]!["versions"]!.AsArray();
        var other = versions[0]!.DeepClone().AsObject();
        (other["name"], other["storage"]) = ("v2", false);
        other["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]!["properties"] = JsonNode.Parse("""{"size":{"type":"integer","default":2},"unit":{"type":"string","default":"s"}}""");
        versions.Add(other);
        Assert.Equal(HttpStatusCode.Created, await PostAsync(Definitions, definition));
        Assert.Equal("True", (string?)(await ConditionAsync("gauges.gauges.example.com", "Established"))["status"]);
        var given = Object("gauges", "g");
        given["apiVersion"] = "gauges.example.com/v2";
        given["spec"] = new JsonObject { ["unit"] = "m" };
        await UntilAsync("/apis/gauges.example.com/v2/namespaces/default/gauges", HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Created, await PostAsync("/apis/gauges.example.com/v2/namespaces/default/gauges", given));

        // What the stored version does not know is not kept, and is not there when it is asked for in the other version again.
        Json.Equal(Json.Object("""{"size":2}"""), (await GetAsync("/apis/gauges.example.com/v1/namespaces/default/gauges/g"))["spec"]!.AsObject());
        Json.Equal(Json.Object("""{"size":2}"""), (await GetAsync("/apis/gauges.example.com/v2/namespaces/default/gauges/g"))["spec"]!.AsObject());
    }

    private static JsonObject Definition(string name) => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject { ["name"] = $"{name}.{name}.example.com" },
        ["spec"] = new JsonObject
        {
            ["group"] = $"{name}.example.com",
            ["scope"] = "Namespaced",
            ["names"] = new JsonObject { ["plural"] = name, ["kind"] = Kind(name) },
            ["versions"] = new JsonArray(new JsonObject
            {
                ["name"] = "v1",
                ["served"] = true,
                ["storage"] = true,
                ["schema"] = new JsonObject
                {
                    ["openAPIV3Schema"] = new JsonObject
                    {
                        ["type"] = "object",
                        ["properties"] = new JsonObject
                        {
                            ["spec"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["size"] = new JsonObject { ["type"] = "integer", ["default"] = 1 } } },
                        },
                    },
                },
            }),
        },
    };

    private static JsonObject Object(string plural, string name) => new()
    {
        ["apiVersion"] = $"{plural}.example.com/v1",
        ["kind"] = Kind(plural),
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject(),
    };

    private static string Kind(string plural) => char.ToUpperInvariant(plural[0]) + plural[1..];

    private async Task DefineAsync(string name)
    {
        Assert.Equal(HttpStatusCode.Created, await PostAsync(Definitions, Definition(name)));
        var condition = await ConditionAsync($"{name}.{name}.example.com", "Established");
        Assert.Equal("True", (string?)condition["status"]);
    }

    private async Task<HttpStatusCode> PostAsync(string path, JsonObject body)
    {
        using var response = await cluster.Http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body, Cancellation);
        return response.StatusCode;
    }

    private async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await cluster.Http.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation))!;

    /// <summary>A condition of a definition as soon as its names are decided on.</summary>
    private async Task<JsonNode> ConditionAsync(string name, string type)
    {
        using var deadline = Deadline();
        while (true)
        {
            var conditions = (await GetAsync($"{Definitions}/{name}"))["status"]!["conditions"] as JsonArray ?? [];
            var found = conditions.FirstOrDefault(condition => (string?)condition!["type"] == type);
            if (found is not null && (string?)found["reason"] != "Installing")
            {
                return found;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);
        }
    }

    private async Task UntilAsync(string path, HttpStatusCode status)
    {
        using var deadline = Deadline();
        while (true)
        {
            using var response = await cluster.Http.GetAsync(new Uri(path, UriKind.Relative), deadline.Token);
            if (response.StatusCode == status)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);
        }
    }

    private static CancellationTokenSource Deadline()
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        return deadline;
    }
}
