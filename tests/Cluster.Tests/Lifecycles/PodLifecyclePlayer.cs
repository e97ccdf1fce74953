using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Tests.Lifecycles;

/// <summary>Does to a cluster of ours what was done to the recorded one, and writes down what becomes of the pods.</summary>
internal sealed class PodLifecyclePlayer(Lifecycle recording, PlayedCluster cluster)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(2);

    private readonly ConcurrentQueue<LifecycleLine> _lines = [];
    private readonly DateTimeOffset _start = cluster.Time.GetUtcNow();

    /// <summary>What happened, in the form of a recording.</summary>
    public List<LifecycleLine> Lines => [.. _lines];

    /// <summary>The actions that did not answer as they had.</summary>
    public List<string> Problems { get; } = [];

    private CancellationToken Stop => cluster.Stop;

    public async Task PlayAsync()
    {
        await SendAsync(HttpMethod.Post, "/api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = recording.Name } }, 201);
        while ((await cluster.Http.GetAsync($"/api/v1/namespaces/{recording.Name}/serviceaccounts/default", Stop)).StatusCode != System.Net.HttpStatusCode.OK)
        {
            await Task.Delay(Poll, TimeProvider.System, Stop);
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var watches = new List<Task>();
        foreach (var plural in (string[])["pods", "events"])
        {
            watches.Add(ReadAsync(await cluster.Http.GetStreamAsync($"/api/v1/namespaces/{recording.Name}/{plural}?watch=1", Stop), end.Token));
        }

        foreach (var line in recording.Lines.Where(line => line.Kind is "Action" or "Note"))
        {
            await MoveAsync(line.Kind == "Action" ? (double)line.Object["at"]! : line.Time);
            if (line.Kind == "Action")
            {
                await SendAsync(new HttpMethod((string)line.Object["method"]!), (string)line.Object["path"]!, line.Object["body"], (int)line.Object["status"]!);
                await cluster.SettleAsync(afterAction: true);
            }
        }

        await end.CancelAsync();
        await Task.WhenAll(watches);
    }

    private async Task ReadAsync(Stream watch, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = new StreamReader(watch);
            while (await stream.ReadLineAsync(cancellationToken) is { } line)
            {
                var change = JsonNode.Parse(line)!;
                var value = change["object"]!.AsObject();
                _lines.Enqueue(new LifecycleLine((cluster.Time.GetUtcNow() - _start).TotalSeconds, (string)value["kind"]!, (string)change["type"]!, value));
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private async Task MoveAsync(double at)
    {
        var end = _start + TimeSpan.FromSeconds(at);
        while (cluster.Time.GetUtcNow() < end)
        {
            cluster.Time.Step(end);
            await cluster.SettleAsync();
        }
    }

    private async Task SendAsync(HttpMethod method, string path, JsonNode? body, int expected)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json"));
        }

        using var response = await cluster.Http.SendAsync(request, Stop);
        if ((int)response.StatusCode != expected)
        {
            Problems.Add($"{method} {path} answered {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Stop)}, not {expected}");
        }
    }
}
