using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Tests.Api;

namespace Scalelab.Cluster.Tests.Http;

/// <summary>Several clients write at random while others watch: nothing acknowledged is lost, and every watch is the same story without gaps.</summary>
public sealed class WatchPropertyTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private const int Writers = 4;
    private const int Operations = 40;
    private const int Names = 5;
    private const string Sentinel = "zz-end";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task RandomWrites_OfSeveralClients_ReachEveryWatchInOrderAndComplete(int seed)
    {
        var space = string.Create(CultureInfo.InvariantCulture, $"property-{seed}");
        await SendAsync(HttpMethod.Post, "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{space}}}"}}""");
        var path = $"/api/v1/namespaces/{space}/configmaps";
        var root = await SendAsync(HttpMethod.Get, $"{path}/kube-root-ca.crt", null);
        while (root.Status == HttpStatusCode.NotFound)
        {
            // The namespace's own object comes a moment later.
            root = await SendAsync(HttpMethod.Get, $"{path}/kube-root-ca.crt", null);
        }

        var start = (await SendAsync(HttpMethod.Get, path, null)).Body!["metadata"]!["resourceVersion"]!.GetValue<string>();
        var watchers = Enumerable.Range(0, 4).Select(index => WatchAsync(path, start, reconnectAfter: index * 7)).ToList();

        var written = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(path, new Random(seed * 100 + writer))));
        var late = WatchAsync(path, start, reconnectAfter: 1);
        await SendAsync(HttpMethod.Post, path, $$$"""{"metadata":{"name":"{{{Sentinel}}}"}}""");

        var story = await late;
        Assert.Equal(story.Select(change => change.Revision).Order().Distinct(), story.Select(change => change.Revision));
        foreach (var watcher in watchers)
        {
            Assert.Equal(story, await watcher);
        }

        Assert.Empty(written.SelectMany(changes => changes).Except(story));
        await AssertTellsTheStateAsync(path, story, Revision(root.Body!));
        AssertCountsEveryUpdate(story);
    }

    /// <summary>What the events make of nothing is what a list shows.</summary>
    private async Task AssertTellsTheStateAsync(string path, IEnumerable<Change> story, long root)
    {
        var told = new SortedDictionary<string, long>(StringComparer.Ordinal) { ["kube-root-ca.crt"] = root };
        foreach (var change in story)
        {
            if (change.Type == "DELETED")
            {
                Assert.True(told.Remove(change.Name));
            }
            else
            {
                Assert.Equal(change.Type == "ADDED", !told.ContainsKey(change.Name));
                told[change.Name] = change.Revision;
            }
        }

        var list = (await SendAsync(HttpMethod.Get, path, null)).Body!["items"]!.AsArray();
        Assert.Equal(list.Select(item => (Name(item!), Revision(item!))), told.Select(entry => (entry.Key, entry.Value)));
    }

    /// <summary>Each update adds one to what its writer had read, on condition that nobody wrote in between: so the numbers of one object's life have no gap and no repetition.</summary>
    private static void AssertCountsEveryUpdate(IEnumerable<Change> story)
    {
        foreach (var life in story.Where(change => change.Count is not null).GroupBy(change => change.Uid))
        {
            Assert.Equal(Enumerable.Range(0, life.Count(change => change.Type != "DELETED")).Select(number => (int?)number), life.Where(change => change.Type != "DELETED").Select(change => change.Count));
        }
    }

    /// <returns>The writes that were acknowledged.</returns>
    private async Task<List<Change>> WriteAsync(string path, Random random)
    {
        var acknowledged = new List<Change>();
        for (var operation = 0; operation < Operations; operation++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"n{random.Next(Names)}");
            var (status, body) = await SendAsync(HttpMethod.Get, $"{path}/{name}", null);
            if (status == HttpStatusCode.NotFound)
            {
                var created = await SendAsync(HttpMethod.Post, path, $$$"""{"metadata":{"name":"{{{name}}}"},"data":{"count":"0"}}""");
                Assert.True(created.Status is HttpStatusCode.Created or HttpStatusCode.Conflict, created.Body?.ToJsonString());
                Acknowledge("ADDED", HttpStatusCode.Created, created);
                continue;
            }

            if (random.Next(6) == 0)
            {
                await SendAsync(HttpMethod.Delete, $"{path}/{name}", null);
                continue;
            }

            var next = (int.Parse((string)body!["data"]!["count"]!, CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
            body["data"]!["count"] = next;
            var updated = random.Next(2) == 0
                ? await SendAsync(HttpMethod.Put, $"{path}/{name}", body.ToJsonString())
                : await SendAsync(HttpMethod.Patch, $"{path}/{name}", $$$"""{"metadata":{"resourceVersion":"{{{Revision(body)}}}"},"data":{"count":"{{{next}}}"}}""");
            Assert.True(updated.Status is HttpStatusCode.OK or HttpStatusCode.Conflict or HttpStatusCode.NotFound, updated.Body?.ToJsonString());
            Acknowledge("MODIFIED", HttpStatusCode.OK, updated);
        }

        return acknowledged;

        void Acknowledge(string type, HttpStatusCode wanted, (HttpStatusCode Status, JsonNode? Body) answer)
        {
            if (answer.Status == wanted)
            {
                acknowledged.Add(Change.Of(type, answer.Body!));
            }
        }
    }

    /// <summary>Reads events up to the sentinel; begins anew after some of them, from the last one it saw.</summary>
    private async Task<List<Change>> WatchAsync(string path, string from, int reconnectAfter)
    {
        var seen = new List<Change>();
        while (true)
        {
            var revision = seen.Count == 0 ? from : seen[^1].Revision.ToString(CultureInfo.InvariantCulture);
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{path}?watch=1&timeoutSeconds=60&resourceVersion={revision}", UriKind.Relative));
            using var response = await cluster.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
            for (var read = 0; reconnectAfter == 0 || read < reconnectAfter; read++)
            {
                var line = await lines.ReadLineAsync(Stop);
                if (line is null)
                {
                    break;
                }

                var change = JsonNode.Parse(line)!;
                seen.Add(Change.Of((string)change["type"]!, change["object"]!));
                if (seen[^1].Name == Sentinel)
                {
                    return seen;
                }
            }
        }
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        using var response = await cluster.Http.SendAsync(request, Stop);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop)));
    }

    private static string Name(JsonNode value) => (string)value["metadata"]!["name"]!;

    private static long Revision(JsonNode value) => long.Parse((string)value["metadata"]!["resourceVersion"]!, CultureInfo.InvariantCulture);

    private sealed record Change(string Type, string Name, string Uid, long Revision, int? Count)
    {
        public static Change Of(string type, JsonNode value) => new(
            type,
            WatchPropertyTests.Name(value),
            (string)value["metadata"]!["uid"]!,
            WatchPropertyTests.Revision(value),
            (string?)value["data"]?["count"] is { } count ? int.Parse(count, CultureInfo.InvariantCulture) : null);
    }
}
