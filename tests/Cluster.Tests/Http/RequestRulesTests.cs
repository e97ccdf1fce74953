using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Tests.Api;

namespace Scalelab.Cluster.Tests.Http;

/// <summary>Rules of lists, watches, patches, dry runs and deletions that the recordings do not show (apiserver 1.36's handlers and storage).</summary>
public sealed class RequestRulesTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private const string Merge = "application/merge-patch+json";
    private const string Json = "application/json-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_WhereOnlyOthersFollowAPage_StillContinues()
    {
        var space = await SpaceAsync();
        await CreateAsync(space, "a", new JsonObject { ["x"] = "yes" });
        await CreateAsync(space, "b", []);
        var (_, page) = await SendAsync("GET", $"{space}/configmaps?limit=1&labelSelector=x%3Dyes");
        var (_, rest) = await SendAsync("GET", $"{space}/configmaps?limit=1&labelSelector=x%3Dyes&continue={page["metadata"]!["continue"]}");
        Assert.Null(page["metadata"]!["remainingItemCount"]);
        Assert.Empty(rest["items"]!.AsArray());
        Assert.Null(rest["metadata"]!["continue"]);
    }

    [Fact]
    public async Task List_OfAnyRevision_IgnoresTheLimit()
    {
        var space = await SpaceAsync();
        await CreateAsync(space, "a", []);
        await CreateAsync(space, "b", []);
        var (_, list) = await SendAsync("GET", $"{space}/configmaps?limit=1&resourceVersion=0&fieldSelector=metadata.name!%3Dkube-root-ca.crt");
        Assert.Equal(2, list["items"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("x", "invalid continue token: continue key is not valid: illegal base64 data at input byte 0")]
    [InlineData("eyJ2IjoieCJ9", "invalid continue token: continue key is not valid: server does not recognize this encoded version x")]
    [InlineData("eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MCwic3RhcnQiOiJhIn0", "invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)")]
    public async Task List_WithAContinueTokenOfNobody_SaysWhatIsWrongWithIt(string token, string message)
    {
        var (status, answer) = await SendAsync("GET", $"/api/v1/configmaps?limit=1&continue={token}");
        Assert.Equal((400, message), (status, (string?)answer["message"]));
    }

    [Theory]
    [InlineData("a", "invalid selector: 'a'; can't understand 'a'")]
    [InlineData("metadata.name=a=b", "invalid field selector: unescaped character in value: 61")]
    [InlineData("metadata.name=\\x", "invalid field selector: invalid escape sequence: \\x")]
    [InlineData("metadata.name=\\", "invalid field selector: invalid escape sequence: \\")]
    public async Task List_WithAFieldSelectorThatIsNone_SaysWhy(string selector, string message)
    {
        var (status, answer) = await SendAsync("GET", $"/api/v1/pods?fieldSelector={Uri.EscapeDataString(selector)}");
        Assert.Equal((400, message), (status, (string?)answer["message"]));
    }

    [Fact]
    public async Task Watch_WithoutARevision_TellsWhereTheBeginningEnds()
    {
        var space = await SpaceAsync();
        var lines = await cluster.Http.GetStringAsync(new Uri($"{space}/pods?watch=1&allowWatchBookmarks=1&timeoutSeconds=1", UriKind.Relative), Stop);
        var bookmark = JsonNode.Parse(Assert.Single(lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!;
        Assert.Equal("BOOKMARK", (string?)bookmark["type"]);
        Assert.Equal("true", (string?)bookmark["object"]!["metadata"]!["annotations"]!["k8s.io/initial-events-end"]);
        Assert.True(bookmark["object"]!["spec"]!.AsObject().ContainsKey("containers"));
    }

    [Fact]
    public async Task Watch_ShortlyBeforeItsEnd_TellsOnceWhereItStands()
    {
        var space = await SpaceAsync();
        var lines = await cluster.Http.GetStringAsync(new Uri($"{space}/pods?watch=1&allowWatchBookmarks=1&timeoutSeconds=3", UriKind.Relative), Stop);
        Assert.Equal(2, lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Watch_WithInitialEventsOfAnotherMatch_NamesBothMistakes()
    {
        var (status, answer) = await SendAsync("GET", "/api/v1/pods?watch=1&sendInitialEvents=true&resourceVersionMatch=Exact");
        Assert.Equal((422, 2), (status, answer["details"]!["causes"]!.AsArray().Count));
    }

    [Theory]
    [InlineData(Merge, """{"data":{"a":"1","a":"2"}}""", "duplicate field \"data.a\"")]
    [InlineData(Strategic, """{"data":{"a":"1","a":"2"}}""", "duplicate field \"data.a\"")]
    [InlineData(Json, """[{"op":"add","path":"/metadata/labels","value":{},"value":{}}]""", "json patch duplicate field \"[0].value\"")]
    [InlineData(Json, """[{"op":"add","path":"/metadata/labels","value":{},"more":1}]""", "json patch unknown field \"[0].more\"")]
    public async Task Patch_WithAFieldTwiceOrTooMuch_IsRefusedWhereStrictAndWarnedOfElsewhere(string type, string body, string problem)
    {
        var space = await SpaceAsync();
        await CreateAsync(space, "a", []);
        var (status, answer) = await SendAsync("PATCH", $"{space}/configmaps/a?fieldValidation=Strict", body, type);
        Assert.Equal(422, status);
        Assert.EndsWith($"strict decoding error: {problem}", (string?)answer["message"], StringComparison.Ordinal);
        using var warned = await cluster.Http.SendAsync(Request("PATCH", $"{space}/configmaps/a", body, type), Stop);
        Assert.Contains(problem.Replace("\"", "\\\"", StringComparison.Ordinal), string.Join('\n', warned.Headers.GetValues("Warning")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patch_WithNothingToMerge_IsNoPatch()
    {
        var space = await SpaceAsync();
        await CreateAsync(space, "a", []);
        var (status, answer) = await SendAsync("PATCH", $"{space}/configmaps/a", "null", Merge);
        Assert.Equal((400, "Invalid JSON Patch"), (status, (string?)answer["message"]));
    }

    [Fact]
    public async Task Patch_OfWhatIsMissing_IsNotFoundWhateverThePatch()
    {
        var (status, _) = await SendAsync("PATCH", $"{await SpaceAsync()}/configmaps/none", "[1", Json);
        Assert.Equal(404, status);
    }

    [Fact]
    public async Task Delete_WithOptionsInTheBody_IgnoresThoseOfTheQuery()
    {
        var space = await SpaceAsync();
        await CreateAsync(space, "a", []);
        await SendAsync("DELETE", $"{space}/configmaps/a?dryRun=All", """{"kind":"DeleteOptions","apiVersion":"v1"}""", "application/json");
        Assert.Equal(404, (await SendAsync("GET", $"{space}/configmaps/a")).Status);
    }

    [Fact]
    public async Task Delete_OfWhatAFinalizerHolds_MayStillChangeThePropagation()
    {
        var space = await SpaceAsync();
        await SendAsync("POST", $"{space}/configmaps", """{"metadata":{"name":"a","finalizers":["example.com/hold"]}}""", "application/json");
        await SendAsync("DELETE", $"{space}/configmaps/a");
        var (_, held) = await SendAsync("DELETE", $"{space}/configmaps/a?propagationPolicy=Foreground");
        Assert.Equal(["example.com/hold", "foregroundDeletion"], held["metadata"]!["finalizers"]!.AsArray().Select(finalizer => (string)finalizer!));
    }

    [Fact]
    public async Task Create_OfAServiceInADryRun_ShowsWhatNoServiceGets()
    {
        var (_, service) = await SendAsync(
            "POST", $"{await SpaceAsync()}/services?dryRun=All", """{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"name":"x","port":80},{"name":"y","port":81}]}}""", "application/json");
        Assert.Equal("10.96.0.0", (string?)service["spec"]!["clusterIP"]);
        Assert.Equal([32769, 32770], service["spec"]!["ports"]!.AsArray().Select(port => (int)port!["nodePort"]!));
    }

    [Theory]
    [InlineData(Merge, """{"kind":"Foo"}""", 422, "no kind \"Foo\" is registered for version \"v1\" in scheme")]
    [InlineData(Merge, """{"kind":"Secret"}""", 422, "converting (v1.Secret) to (core.ConfigMap): unknown conversion")]
    [InlineData(Merge, """{"kind":5}""", 422, "cannot unmarshal number into Go struct field .kind of type string")]
    [InlineData(Merge, """{"apiVersion":"v2"}""", 422, "no kind \"ConfigMap\" is registered for version \"v2\" in scheme")]
    [InlineData(Merge, """{"apiVersion":"a/b/c"}""", 422, "unexpected GroupVersion string: a/b/c")]
    [InlineData(Merge, """{"apiVersion":null}""", 400, "the name of the object (a based on URL) was undeterminable: name must be provided")]
    [InlineData(Merge, """{"kind":null}""", 200, "")]
    [InlineData(Json, """[{"op":"replace","path":"/kind","value":"Foo"}]""", 422, "no kind \"Foo\" is registered")]
    [InlineData(Strategic, """{"kind":"Foo","apiVersion":"v2"}""", 200, "")]
    [InlineData(Merge, """{"metadata":{"name":"b"}}""", 400, "the name of the object (b) does not match the name on the URL (a)")]
    [InlineData(Merge, """{"metadata":{"namespace":"b"}}""", 400, "the namespace of the provided object does not match the namespace sent on the request")]
    public async Task Patch_OfWhatAnObjectIs_IsRefusedAsItsTypeIsRead(string type, string patch, int expected, string message)
    {
        var space = await SpaceAsync();
        await CreateAsync(space, "a", []);
        var (status, answer) = await SendAsync("PATCH", $"{space}/configmaps/a", patch, type);
        Assert.Equal(expected, status);
        Assert.Contains(message, (string?)answer["message"] ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"port":80,"targetPort":true}]}}""", 500, "failed to convert new object (/a; /v1, Kind=Service) to proper version: unable to convert unstructured object to /v1, Kind=Service: json: cannot unmarshal bool into Go value of type int32")]
    [InlineData("services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"port":1.5}]}}""", 500, "failed to convert new object (/a; /v1, Kind=Service) to proper version: unable to convert unstructured object to /v1, Kind=Service: cannot convert float64 to int32")]
    [InlineData("services", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"port":80.0}]}}""", 201, null)]
    [InlineData("configmaps", """{"apiVersion":"v1","kind":"ConfigMap","metadata":5}""", 500, "failed to create typed patch object (/; /v1, Kind=ConfigMap): .metadata: expected map, got &{5}")]
    [InlineData("configmaps", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":5}}""", 500, "failed to create typed patch object (/; /v1, Kind=ConfigMap): .metadata.name: expected string, got &{5}")]
    [InlineData("configmaps", """{"apiVersion":"v1","kind":"ConfigMap"}""", 400, "the name of the object (a based on URL) was undeterminable: name must be provided")]
    public async Task Apply_OfWhatIsNoObjectOfTheKind_SaysWhatCannotBeConverted(string plural, string body, int expected, string? message)
    {
        var space = await SpaceAsync();
        var (status, answer) = await SendAsync("PATCH", $"{space}/{plural}/a?fieldManager=m", body, "application/apply-patch+yaml");
        Assert.Equal((expected, message), (status, (string?)answer["message"]));
    }

    [Fact]
    public async Task Apply_OfAStatus_IsNotInTheWayOfWhoOwnsTheRest()
    {
        var space = await SpaceAsync();
        var budgets = space.Replace("/api/v1", "/apis/policy/v1", StringComparison.Ordinal) + "/poddisruptionbudgets";
        await SendAsync("POST", budgets, """{"metadata":{"name":"a"},"spec":{"minAvailable":1}}""");
        var (status, _) = await SendAsync(
            "PATCH", $"{budgets}/a/status?fieldManager=m", """{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"a"},"spec":{"minAvailable":5},"status":{"disruptedPods":{}}}""", "application/apply-patch+yaml");
        var (_, live) = await SendAsync("GET", $"{budgets}/a");
        Assert.Equal((200, 1), (status, (int)live["spec"]!["minAvailable"]!));
    }

    [Fact]
    public async Task Apply_OfAScale_OwnsTheNumberOfReplicasUnlessAnotherDoes()
    {
        const string Apply = "application/apply-patch+yaml";
        var space = await SpaceAsync();
        var deployments = space.Replace("/api/v1", "/apis/apps/v1", StringComparison.Ordinal) + "/deployments";
        await SendAsync("POST", deployments, """{"metadata":{"name":"a"},"spec":{"paused":true,"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        const string Scale = """{"apiVersion":"autoscaling/v1","kind":"Scale","spec":{"replicas":2}}""";
        var (refused, _) = await SendAsync("PATCH", $"{deployments}/a/scale?fieldManager=m", Scale, Apply);
        await SendAsync("PATCH", $"{deployments}/a/scale", """{"spec":{"replicas":0}}""", Merge);
        var (taken, _) = await SendAsync("PATCH", $"{deployments}/a/scale?fieldManager=m", Scale, Apply);
        var (_, live) = await SendAsync("GET", $"{deployments}/a");
        var owner = live["metadata"]!["managedFields"]!.AsArray().Single(entry => (string?)entry!["subresource"] == "scale")!;
        Assert.Equal((409, 200, "m", "Apply"), (refused, taken, (string?)owner["manager"], (string?)owner["operation"]));
        Assert.Null(owner["time"]);
    }

    [Fact]
    public async Task Evict_ForAnotherNamespace_IsRefused()
    {
        var space = await SpaceAsync();
        var (status, answer) = await SendAsync("POST", $"{space}/pods/a/eviction", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"a","namespace":"b"}}""");
        Assert.Equal((400, "the namespace of the provided object does not match the namespace sent on the request"), (status, (string?)answer["message"]));
    }

    [Theory]
    [InlineData("dryRun=", 422)]
    [InlineData("dryRun=All", 201)]
    public async Task Create_WithADryRunOfNothing_IsRefused(string query, int expected)
    {
        var space = await SpaceAsync();
        Assert.Equal(expected, (await SendAsync("POST", $"{space}/configmaps?{query}", """{"metadata":{"name":"a"}}""")).Status);
    }

    private async Task<string> SpaceAsync()
    {
        var (_, space) = await SendAsync("POST", "/api/v1/namespaces", """{"metadata":{"generateName":"rules-"}}""", "application/json");
        return string.Create(CultureInfo.InvariantCulture, $"/api/v1/namespaces/{space["metadata"]!["name"]}");
    }

    private async Task CreateAsync(string space, string name, JsonObject labels)
    {
        var map = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = labels } };
        Assert.Equal(201, (await SendAsync("POST", $"{space}/configmaps", map.ToJsonString(), "application/json")).Status);
    }

    private async Task<(int Status, JsonNode Body)> SendAsync(string method, string path, string? body = null, string type = "application/json")
    {
        using var response = await cluster.Http.SendAsync(Request(method, path, body, type), Stop);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop))!);
    }

    private static HttpRequestMessage Request(string method, string path, string? body, string type) => new(new HttpMethod(method), path)
    {
        Content = body is null ? null : new StringContent(body, new MediaTypeHeaderValue(type)),
    };
}
