using System.Text;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Http.Protobuf;
using Scalelab.Cluster.Tests.Api;

namespace Scalelab.Cluster.Tests.Http;

/// <summary>Requests that nobody means: the server refuses them in its own words, at once, and is as well afterwards as before.</summary>
public sealed class FuzzTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private const int Requests = 2500;
    private const long ToleratedGrowth = 64 * 1024 * 1024;

    private static readonly string[] Methods = ["GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "get"];

    private static readonly string[] Parts =
    [
        "api", "apis", "v1", "v2", "apps", "autoscaling", "batch", "namespaces", "fuzz", "default", "configmaps", "pods", "deployments", "horizontalpodautoscalers", "services",
        "events", "nodes", "secrets", "serviceaccounts", "a", "b", "status", "scale", "log", "eviction", "binding", "token", "exec", "watch", "", ".", "..", "%2e%2e", "%00", "%ff", "ü", "a%2Fb", "*", "openapi",
        "v3", "healthz", "authorization.k8s.io", "selfsubjectaccessreviews", "authentication.k8s.io", "tokenreviews", "policy", "discovery.k8s.io", "endpointslices",
    ];

    /// <summary>Paths that exist, each with the number of an object that belongs there.</summary>
    private static readonly (string Path, int Object)[] Bases =
    [
        ("/api/v1/namespaces/fuzz/configmaps", 0), ("/api/v1/namespaces/fuzz/configmaps/a", 0), ("/api/v1/namespaces/fuzz/pods", 1), ("/api/v1/namespaces/fuzz/pods/a", 1),
        ("/api/v1/namespaces/fuzz/pods/a/log", 1), ("/api/v1/namespaces/fuzz/pods/a/eviction", 7), ("/api/v1/namespaces/fuzz/pods/a/binding", 0), ("/apis/apps/v1/namespaces/fuzz/deployments", 2),
        ("/apis/apps/v1/namespaces/fuzz/deployments/a", 2), ("/apis/apps/v1/namespaces/fuzz/deployments/a/scale", 5), ("/apis/apps/v1/namespaces/fuzz/deployments/a/status", 2),
        ("/api/v1/namespaces/fuzz/services", 3), ("/api/v1/namespaces/fuzz/services/a", 3), ("/apis/autoscaling/v2/namespaces/fuzz/horizontalpodautoscalers", 4),
        ("/apis/autoscaling/v1/namespaces/fuzz/horizontalpodautoscalers/a", 4), ("/api/v1/namespaces", 0), ("/api/v1/nodes", 0), ("/apis/policy/v1/namespaces/fuzz/poddisruptionbudgets", 6),
        ("/apis/discovery.k8s.io/v1/namespaces/fuzz/endpointslices", 0), ("/apis/events.k8s.io/v1/namespaces/fuzz/events", 8), ("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", 9),
        ("/apis/authentication.k8s.io/v1/tokenreviews", 9), ("/api/v1/namespaces/fuzz/serviceaccounts/default/token", 10), ("/api/v1/namespaces/fuzz/secrets", 0),
        ("/apis/coordination.k8s.io/v1/namespaces/fuzz/leases", 0), ("/openapi/v3/api/v1", 0), ("/apis", 0),
    ];

    private static readonly string[] Queries =
    [
        "watch=1&timeoutSeconds=1", "watch=true&timeoutSeconds=1&allowWatchBookmarks=1&sendInitialEvents=1&resourceVersionMatch=NotOlderThan", "limit=1", "limit=-1", "limit=x", "limit=99999999999999999999", "continue=x",
        "continue=eyJ2IjoibWV0YSJ9", "resourceVersion=0", "resourceVersion=1", "resourceVersion=-1", "resourceVersion=abc", "resourceVersionMatch=Exact", "labelSelector=a%3Db", "labelSelector=%21%21", "labelSelector=a%20in%20%28",
        "fieldSelector=metadata.name%3Da", "fieldSelector=x", "fieldSelector=spec.nodeName%21%3D", "dryRun=All", "dryRun=x", "fieldManager=%00", "fieldManager=m", "force=true", "fieldValidation=Strict", "fieldValidation=x",
        "pretty=1", "timeoutSeconds=-5", "timeoutSeconds=1", "gracePeriodSeconds=-1", "gracePeriodSeconds=x", "propagationPolicy=x", "orphanDependents=true", "includeObject=x", "tailLines=-1", "sinceSeconds=0", "container=x", "%zz=%zz",
    ];

    private static readonly string[] Types =
    [
        "application/json", "application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "application/merge-patch+json", "application/json-patch+json", "application/strategic-merge-patch+json",
        "application/apply-patch+yaml", "application/apply-patch+cbor", "text/plain", "application/json; charset=x", ";;;", "*/*",
    ];

    private static readonly string[] Accepts =
    [
        "application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "application/json;as=Table;v=v1;g=meta.k8s.io", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
        "application/json;as=x", "application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io, application/json", "text/html", "*/*", "", ";q=", "a/b;q=x;;=,,,", "application/json;q=0.1,application/yaml;q=9",
    ];

    private static readonly string[] Objects =
    [
        """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","labels":{"a":"b"}},"data":{"k":"v"}}""",
        """{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"},"spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}],"resources":{"requests":{"cpu":"100m"}},"readinessProbe":{"httpGet":{"path":"/","port":80}}}],"volumes":[{"name":"v","emptyDir":{}}],"terminationGracePeriodSeconds":0}}""",
        """{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"a"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}},"strategy":{"rollingUpdate":{"maxSurge":"25%"}}}}""",
        """{"kind":"Service","apiVersion":"v1","metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80,"targetPort":"web"}],"selector":{"a":"b"}}}""",
        """{"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v2","metadata":{"name":"a"},"spec":{"minReplicas":1,"maxReplicas":3,"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"a"},"metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}}],"behavior":{"scaleDown":{"policies":[{"type":"Pods","value":1,"periodSeconds":5}]}}}}""",
        """{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"a"},"spec":{"replicas":2}}""",
        """{"kind":"PodDisruptionBudget","apiVersion":"policy/v1","metadata":{"name":"a"},"spec":{"minAvailable":"50%","selector":{"matchExpressions":[{"key":"a","operator":"In","values":["b"]}]}}}""",
        """{"kind":"Eviction","apiVersion":"policy/v1","metadata":{"name":"a"},"deleteOptions":{"gracePeriodSeconds":0}}""",
        """{"kind":"Event","apiVersion":"events.k8s.io/v1","metadata":{"generateName":"a-"},"regarding":{"namespace":"fuzz"},"eventTime":"2026-01-02T03:04:05.000006Z","reason":"r","action":"x","type":"Normal","reportingController":"a/b","reportingInstance":"i"}""",
        """{"kind":"SelfSubjectAccessReview","apiVersion":"authorization.k8s.io/v1","spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}""",
        """{"kind":"TokenRequest","apiVersion":"authentication.k8s.io/v1","spec":{"expirationSeconds":600,"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"a"}}}""",
        """{"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0,"preconditions":{"uid":"x"},"propagationPolicy":"Foreground"}""",
        """[{"op":"replace","path":"/data/k","value":1},{"op":"test","path":"/metadata/~1","value":null},{"op":"move","from":"/a","path":"/a/b"},{"op":"remove","path":"/spec/containers/-"}]""",
        """{"spec":{"containers":[{"name":"c","$patch":"delete"}],"$setElementOrder/containers":[{"name":"c"}],"$retainKeys":["x"]}}""",
    ];

    private static readonly JsonNode?[] Values =
    [
        null, "", "x", "-1", 0, -1, 1, 1.5, 1e300, long.MaxValue, true, new JsonArray(), new JsonObject(), new JsonArray(new JsonObject()), new JsonObject { ["a"] = null }, "\0", "ÿ😀", "2026-13-45T00:00:00Z", "1e99999", "100m", "1e", "%%", "YQ=", "2026-01-02T03:04:05.1Z", "99999999999E", 80.0, new JsonArray((JsonNode?)null), "half \\ud800 pair",
        new string('a', 300), new JsonObject { ["matchLabels"] = "x" },
    ];

    /// <summary>What upstream answers 500 with: errors of its patches, of revisions that do not parse, and of who asks for whom.</summary>
    private static readonly string[] Failures =
    [
        "failed to create typed patch object", "failed to convert new object", "strconv.ParseUint", "resourceVersion should not be set on objects to be created", "without impersonating",
        "unknown patch type", "does not contain declared merge key", "list element types are not identical", "expected a ", "unable to find api field in struct", "merging lists cannot yet be specified",
        "doesn't match $setElementOrder list", "more than one PodDisruptionBudget",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task AnyRequest_HoweverMalformed_GetsARefusalOfTheApiAndNothingWorse(int seed)
    {
        await SendAsync(new Random(0), HttpMethod.Post, "/api/v1/namespaces", """{"metadata":{"name":"fuzz"}}"""u8.ToArray(), "application/json", "application/json");
        var random = new Random(seed);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var answers = new HashSet<int>();
        for (var number = 0; number < Requests; number++)
        {
            var ((path, index), method, accept) = (PathOf(random), Pick(random, Methods), random.Next(2) == 0 ? Accepts[0] : Pick(random, Accepts));
            var type = random.Next(2) == 0 && method is "POST" or "PUT" ? Types[0] : Pick(random, Types);
            var body = method is "POST" or "PUT" or "PATCH" or "DELETE" ? Body(random, type, index) : null;
            var (status, text) = await SendAsync(random, new HttpMethod(method), path, body, type, accept);
            Assert.False(status >= 500 && !IsRecorded(status, text), $"Request {number} of seed {seed}: {method} {path} ({type}, {accept}) {Show(body)}: {status} {text}");
            answers.Add(status);
        }

        // Else the requests would not have come as far as they should.
        Assert.Empty(new[] { 200, 201, 400, 404, 405, 406, 409, 415, 422 }.Except(answers));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, ToleratedGrowth);
        var (code, _) = await SendAsync(random, HttpMethod.Get, "/readyz", null, "", "*/*");
        Assert.Equal(200, code);
    }

    /// <summary>The failures that upstream itself calls its own: a plain error without a reason, and a revision from the future.</summary>
    private static bool IsRecorded(int status, string text) => status switch
    {
        // HEAD has no body to tell.
        500 => text.Length == 0 || Array.Exists(Failures, known => text.Contains(known, StringComparison.Ordinal)),
        504 => text.Contains("Too large resource version", StringComparison.Ordinal),
        501 => true,
        _ => false,
    };

    private static string Show(byte[]? body) => body is null ? "" : Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 2000));

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private static (string Path, int Object) PathOf(Random random)
    {
        var (path, index) = Pick(random, Bases);
        if (random.Next(4) == 0)
        {
            path = "/" + string.Join('/', Enumerable.Range(0, random.Next(8)).Select(_ => Pick(random, Parts)));
        }

        var queries = Enumerable.Range(0, Math.Max(0, random.Next(5) - 2)).Select(_ => Pick(random, Queries)).ToList();

        // A watch without an end of its own would be right and last half an hour.
        var isWatch = queries.Exists(query => query.StartsWith("watch", StringComparison.Ordinal)) || path.Contains("/watch", StringComparison.Ordinal);
        queries = isWatch ? [.. queries.Where(query => !query.StartsWith("timeoutSeconds", StringComparison.Ordinal)), "timeoutSeconds=1"] : queries;
        return (queries.Count == 0 ? path : $"{path}?{string.Join('&', queries)}", random.Next(3) == 0 ? random.Next(Objects.Length) : index);
    }

    private static byte[] Body(Random random, string type, int index)
    {
        var bytes = Encoding.UTF8.GetBytes(Mutate(random, JsonNode.Parse(Objects[index])!).ToJsonString().Replace("half \\\\ud800", "half \\ud800", StringComparison.Ordinal));
        if (type.EndsWith("protobuf", StringComparison.Ordinal))
        {
            bytes = ProtobufBody.WriteObject(JsonNode.Parse(Objects[index % 3])!.AsObject()).ToArray();
        }

        for (var changes = random.Next(8) == 0 ? random.Next(1, 4) : 0; changes > 0; changes--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(20) switch
        {
            0 => [],
            1 => bytes[..random.Next(bytes.Length)],
            2 => [.. bytes, .. bytes],
            3 => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Pick(random, ["[", "{\"a\":", "- ", "a: &a [*a, "]), random.Next(2000)))),
            _ => bytes,
        };
    }

    /// <summary>Replaces, removes or adds something somewhere.</summary>
    private static JsonNode Mutate(Random random, JsonNode value)
    {
        for (var changes = Math.Max(0, random.Next(5) - 1); changes > 0; changes--)
        {
            var places = Containers(value).ToList();
            switch (Pick(random, places))
            {
                case JsonObject members when members.Count > 0:
                    var name = Pick(random, [.. members.Select(member => member.Key)]);
                    if (random.Next(4) == 0)
                    {
                        members.Remove(name);
                    }
                    else
                    {
                        members[random.Next(6) == 0 ? name + "x" : name] = Pick(random, Values)?.DeepClone();
                    }

                    break;
                case JsonArray items:
                    items.Add(Pick(random, Values)?.DeepClone());
                    break;
            }
        }

        return value;
    }

    private static IEnumerable<JsonNode> Containers(JsonNode value)
    {
        yield return value;
        foreach (var child in value is JsonObject members ? members.Select(member => member.Value) : value.AsArray())
        {
            if (child is JsonObject or JsonArray)
            {
                foreach (var inner in Containers(child))
                {
                    yield return inner;
                }
            }
        }
    }

    private async Task<(int Status, string Text)> SendAsync(Random random, HttpMethod method, string path, byte[]? body, string type, string accept)
    {
        using var request = new HttpRequestMessage(
            method, new Uri(cluster.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (random.Next(10) == 0)
        {
            request.Headers.TryAddWithoutValidation(Pick(random, ["Impersonate-User", "Impersonate-Group", "If-None-Match", "Accept-Encoding", "Range", "Expect"]), Pick(random, ["x", "gzip", "", "system:serviceaccount:a:b"]));
        }

        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        request.Headers.ExpectContinue = false;
        using var response = await cluster.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
    }
}
