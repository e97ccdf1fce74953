using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Scalelab.Cluster.Tests.Node;

namespace Scalelab.Cluster.Tests.Lifecycles;

/// <summary>
/// Does to a cluster of ours what was done to the recorded one, and writes down what follows. The clock is the recording's: it stands still
/// until the cluster has come as far as the recorded one had when the next thing was done.
/// </summary>
internal sealed class LifecyclePlayer(Lifecycle recording) : IAsyncDisposable
{
    private const string Agent = "vectors";
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    // Between two pods that become ready, the recorded cluster is often in the middle of something; then it is enough that ours stands still.
    private const int PollsOfAPod = 20;
    private const int PollsOfAnAction = 300;

    // How long, in seconds, the recorded cluster may have needed to follow an action before the next one came.
    private const double Lag = 0.3;

    private static readonly string[] Watched = ["apis/apps/v1/{0}/deployments", "apis/apps/v1/{0}/replicasets", "api/v1/{0}/pods", "apis/discovery.k8s.io/v1/{0}/endpointslices", "api/v1/{0}/events"];

    private readonly TemporaryFolder _folder = new();
    private readonly TestDeadline _deadline = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly ConcurrentQueue<LifecycleLine> _lines = [];
    private readonly List<Task> _watches = [];
    private readonly Story _recorded = new(recording.Lines);
    private ClusterServer _server = null!;
    private ScriptedNode _node = null!;
    private HttpClient _http = null!;
    private double _now;

    // When the last action was done.
    private double _done = double.NegativeInfinity;

    /// <summary>What became of the actions that did not answer as they had, or found another state than they had.</summary>
    public List<string> Problems { get; } = [];

    public Story Story => new(_lines.ToList());

    private string Namespace => recording.Name;

    private CancellationToken Stop => _deadline.Token;

    public async Task PlayAsync()
    {
        await StartAsync();
        var ready = new HashSet<string>();
        foreach (var line in recording.Lines)
        {
            if (line.Kind == "Pod" && Story.IsReady(line) && ready.Add(line.Name))
            {
                await MeetAsync(_recorded.Views(line.Time, line.Time + Lag), PollsOfAPod);
                await MoveAsync(line.Time);
                await MakeReadyAsync(line.Name);
            }

            if (line.Kind == "Note" && (string?)line.Object["text"] == "end")
            {
                await MeetAsync("the end", line.Time);
            }
            else if (line.Kind == "Action")
            {
                var at = (double)line.Object["at"]!;
                await MeetAsync($"{line.Object["method"]}{line.Object["command"]} {line.Object["path"]} at {at}", at);
                await DoAsync(line.Object);
                _done = line.Time;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _deadline.Dispose();
        _http?.Dispose();
        await Task.WhenAll(_watches).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task StartAsync()
    {
        var options = new ClusterOptions
        {
            DataFolder = Path.Combine(_folder.Path, "cluster"),
            NodesFolder = Path.Combine(_folder.Path, "nodes"),
            KubeconfigPath = Path.Combine(_folder.Path, "kubeconfig"),
            ApiPort = 0,
            Nodes = 0,
            SyncWrites = false,
        };
        _server = new ClusterServer(options, _time, NullLoggerFactory.Instance);
        await _server.StartAsync(Stop);
        var configuration = await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(new FileInfo(options.KubeconfigPath));
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=kube-apiserver" }, UseProxy = false }) { BaseAddress = _server.ApiAddress };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", configuration.AccessToken);
        _http.DefaultRequestHeaders.UserAgent.ParseAdd(Agent);
        _node = new ScriptedNode(_server.Client!.As("kubelet"), _time);
        await _node.StartAsync(Stop);
        await SendAsync(HttpMethod.Post, "/api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = Namespace } }, "application/json", 201);
        while ((await _http.GetAsync($"/api/v1/namespaces/{Namespace}/serviceaccounts/default", Stop)).StatusCode != System.Net.HttpStatusCode.OK)
        {
            await Task.Delay(Poll, TimeProvider.System, Stop);
        }

        _watches.AddRange(Watched.Select(path => WatchAsync(string.Format(CultureInfo.InvariantCulture, path, $"namespaces/{Namespace}"))));
    }

    private async Task WatchAsync(string path)
    {
        try
        {
            using var stream = new StreamReader(await _http.GetStreamAsync($"/{path}?watch=1", Stop));
            while (await stream.ReadLineAsync(Stop) is { } line)
            {
                var change = JsonNode.Parse(line)!;
                var value = change["object"]!.AsObject();
                _lines.Enqueue(new LifecycleLine(_now, (string)value["kind"]!, (string)change["type"]!, value));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException or IOException)
        {
            // The end.
        }
    }

    private async Task MakeReadyAsync(string recorded)
    {
        var isGenerated = _recorded.Normal(recorded) != recorded;
        for (var polls = 0; isGenerated && Ours(recorded) == recorded && polls < PollsOfAnAction; polls++)
        {
            await Task.Delay(Poll, TimeProvider.System, Stop);
        }

        _node.MakeReady(Namespace, Ours(recorded));
    }

    private async Task MoveAsync(double at)
    {
        while (_now < at)
        {
            var step = Math.Min(Step.TotalSeconds, at - _now);
            _now += step;
            _time.Advance(TimeSpan.FromSeconds(step));
            await Task.Delay(Poll / 4, TimeProvider.System, Stop);
        }
    }

    /// <summary>Moves the clock to a moment of the recording, and waits there until what matters is as it was.</summary>
    private async Task MeetAsync(string what, double at)
    {
        // What needs no time comes first; then the clock moves, and what it sets off follows.
        await MeetAsync([_recorded.View(at + Lag)], PollsOfAPod);
        await MoveAsync(at);
        var wasSettled = at - _done >= Lag;
        if (await MeetAsync(_recorded.Views(at, at + Lag), wasSettled ? PollsOfAnAction : PollsOfAPod) is { } last && wasSettled)
        {
            Problems.Add($"before {what}: expected\n{_recorded.View(at)}\nbut was\n{last}");
        }
    }

    /// <summary>What ours looks like where it did not become as expected, and has not changed for so many polls.</summary>
    private async Task<string?> MeetAsync(HashSet<string> expected, int patience)
    {
        var (last, polls) = ("", 0);
        while (Story.View(double.MaxValue) is var view && !expected.Contains(view))
        {
            polls = view == last ? polls + 1 : 0;
            last = view;
            if (polls > patience)
            {
                return last;
            }

            _time.Advance(Poll);
            await Task.Delay(Poll, TimeProvider.System, Stop);
        }

        return null;
    }

    private Task DoAsync(JsonObject action)
    {
        if (action["command"] is { } command)
        {
            return KubectlAsync(((string)command!).Split(' '), (int)action["exit"]!);
        }

        var (method, path, body) = ((string)action["method"]!, Ours((string)action["path"]!), action["body"]);
        var text = Ours(body?.ToJsonString() ?? "");
        return SendAsync(
            new HttpMethod(method), path, text.Length == 0 || text == "null" ? null : JsonNode.Parse(text), method == "PATCH" ? "application/strategic-merge-patch+json" : "application/json", (int)action["status"]!,
            action["response"]);
    }

    private async Task KubectlAsync(string[] words, int exit)
    {
        var deployment = $"/apis/apps/v1/namespaces/{Namespace}/deployments/web";
        switch (words)
        {
            case ["kubectl", "scale", _, var replicas]:
                var size = int.Parse(replicas["--replicas=".Length..], CultureInfo.InvariantCulture);
                await SendAsync(HttpMethod.Patch, deployment + "/scale", new JsonObject { ["spec"] = new JsonObject { ["replicas"] = size } }, "application/merge-patch+json", 200);
                break;
            case ["kubectl", "rollout", "pause" or "resume", ..]:
                await SendAsync(HttpMethod.Patch, deployment, new JsonObject { ["spec"] = new JsonObject { ["paused"] = words[2] == "pause" ? true : null } }, "application/merge-patch+json", 200);
                break;
            case ["kubectl", "rollout", "restart", ..] when exit == 0:
                var annotations = new JsonObject { ["kubectl.kubernetes.io/restartedAt"] = _time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) };
                await SendAsync(
                    HttpMethod.Patch,
                    deployment,
                    new JsonObject { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = annotations } } } },
                    "application/merge-patch+json",
                    200);
                break;
            case ["kubectl", "rollout", "undo", ..] when exit == 0:
                await UndoAsync(deployment, words.Length > 4 ? int.Parse(words[4]["--to-revision=".Length..], CultureInfo.InvariantCulture) : null);
                break;
            default:
                // The others only look.
                break;
        }
    }

    private async Task UndoAsync(string deployment, int? revision)
    {
        var list = (await _http.GetFromJsonAsync<JsonObject>($"/apis/apps/v1/namespaces/{Namespace}/replicasets", Stop))!;
        var sets = list["items"]!.AsArray().OrderByDescending(Revision).ToList();
        var template = (revision is null ? sets[1] : sets.Single(set => Revision(set) == revision))!["spec"]!["template"]!.DeepClone();
        template["metadata"]!["labels"]!.AsObject().Remove("pod-template-hash");
        var patch = new JsonArray(new JsonObject { ["op"] = "replace", ["path"] = "/spec/template", ["value"] = template });
        await SendAsync(HttpMethod.Patch, deployment, patch, "application/json-patch+json", 200);
    }

    private static int Revision(JsonNode? set) => int.Parse((string)set!["metadata"]!["annotations"]!["deployment.kubernetes.io/revision"]!, CultureInfo.InvariantCulture);

    /// <summary>The names of our pods for those of the recorded ones.</summary>
    private string Ours(string text)
    {
        var ours = Story.Pods;
        foreach (var group in _recorded.Pods)
        {
            foreach (var (recorded, present) in group.Zip(ours[group.Key]))
            {
                text = text.Replace(recorded, present, StringComparison.Ordinal);
            }
        }

        return text;
    }

    private async Task SendAsync(HttpMethod method, string path, JsonNode? body, string contentType, int expected, JsonNode? expectedBody = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue(contentType));
        }

        using var response = await _http.SendAsync(request, Stop);
        var answer = await response.Content.ReadAsStringAsync(Stop);
        if ((int)response.StatusCode != expected || ((string?)expectedBody?["kind"] == "Status" && !JsonNode.DeepEquals(expectedBody, JsonNode.Parse(answer))))
        {
            Problems.Add($"{method} {path} answered {(int)response.StatusCode} {answer}, not {expected} {expectedBody?.ToJsonString()}");
        }
    }
}
