using System.Text.Json.Nodes;

namespace Scalelab.ClusterBench;

/// <summary>What is measured, in the order of the table.</summary>
internal static class Measurements
{
    /// <summary>Each request changes the object.</summary>
    private const string Patch =
        """
        wrk.headers["Content-Type"] = "application/merge-patch+json"
        local number = 0
        function request()
          number = number + 1
          return wrk.format("PATCH", nil, nil, '{"data":{"key":"' .. number .. '"}}')
        end
        """;

    private const int Starts = 9;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly int[] Connections = [1, 8, 32];

    /// <summary>Cold starts, the middle one of several, and a cluster without work.</summary>
    public static async Task StartAndRestAsync(string lab)
    {
        // As the real one's: with the files in the system's cache. It also brings the code that measures into shape.
        await (await Daemon.StartAsync(lab, synced: true).ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        var (ready, nodes) = (new List<double>(), new List<double>());
        for (var run = 1; run <= Starts; run++)
        {
            await using var daemon = await Daemon.StartAsync(lab, synced: true).ConfigureAwait(false);
            ready.Add(daemon.Ready.TotalSeconds);
            nodes.Add(daemon.NodesReady.TotalSeconds);
            if (run == Starts)
            {
                Report.Less("API ready", "s", Baseline.ReadySeconds, Middle(ready), 5);
                Report.Less("nodes Ready", "s", Baseline.NodeReadySeconds, Middle(nodes), 5);

                // What a start leaves to be compiled in the background is not rest.
                await Task.Delay(Rest, TimeProvider.System).ConfigureAwait(false);
                var before = daemon.Busy;
                await Task.Delay(Rest, TimeProvider.System).ConfigureAwait(false);
                Report.Less("memory at rest", "MiB", Baseline.IdleMebibytes, daemon.Mebibytes, 5);
                Report.AtMost("processor at rest", "% of a core", Baseline.IdlePercent, 100 * (daemon.Busy - before) / Rest, 1);
            }
        }
    }

    /// <summary>Fills the cluster: 500 and 5,000 ConfigMaps and 1,000 Deployments without pods.</summary>
    public static async Task ContentAsync(Daemon daemon)
    {
        foreach (var name in (string[])["five-hundred", "five-thousand", "deployments", "watched"])
        {
            await daemon.Api.PostAsync("/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{name}}}"}}""").ConfigureAwait(false);
        }

        await daemon.Api.PostManyAsync("/api/v1/namespaces/five-hundred/configmaps", 500, ConfigMap).ConfigureAwait(false);
        var begin = TimeProvider.System.GetTimestamp();
        await daemon.Api.PostManyAsync("/api/v1/namespaces/five-thousand/configmaps", 5000, ConfigMap).ConfigureAwait(false);
        Report.More("5,000 ConfigMaps created by 8 clients", "/s", Baseline.CreatedPerSecond, 5000 / TimeProvider.System.GetElapsedTime(begin).TotalSeconds, 0);
        await daemon.Api.PostManyAsync("/apis/apps/v1/namespaces/deployments/deployments", 1000, index => Deployment($"d{index}", 0, "none:1")).ConfigureAwait(false);
        await UntilAsync(async () => (await ListAsync(daemon.Api, "/apis/apps/v1/namespaces/deployments/deployments").ConfigureAwait(false))
            .All(one => (int?)one["status"]?["observedGeneration"] == 1)).ConfigureAwait(false);
        await Task.Delay(Rest / 2, TimeProvider.System).ConfigureAwait(false);
        Report.AtMost("memory with 5,500 ConfigMaps and 1,000 Deployments", "MiB", Baseline.LoadedMebibytes, daemon.Mebibytes, 250);
    }

    public static async Task ReadsAsync(Api api)
    {
        foreach (var (what, path) in ((string, string)[])
        [
            ("GET one ConfigMap", "/api/v1/namespaces/five-hundred/configmaps/c1"),
            ("LIST 500 ConfigMaps", "/api/v1/namespaces/five-hundred/configmaps"),
            ("LIST 5000 ConfigMaps", "/api/v1/namespaces/five-thousand/configmaps"),
        ])
        {
            foreach (var connections in Connections)
            {
                await RequestsAsync(api, what, path, connections, null, "").ConfigureAwait(false);
            }
        }
    }

    /// <param name="synced">Whether writes are acknowledged when they are on disk. The real one was measured without.</param>
    public static async Task WritesAsync(Api api, bool synced)
    {
        await api.PostAsync("/api/v1/namespaces", """{"metadata":{"name":"writes"}}""").ConfigureAwait(false);
        await api.PostAsync("/api/v1/namespaces/writes/configmaps", ConfigMap(0)).ConfigureAwait(false);
        foreach (var connections in Connections)
        {
            await RequestsAsync(api, "PATCH one ConfigMap", "/api/v1/namespaces/writes/configmaps/c0", connections, Patch, Name(synced), !synced).ConfigureAwait(false);
        }

        foreach (var connections in Connections)
        {
            await RequestsAsync(api, "POST ConfigMap", "/api/v1/namespaces/writes/configmaps", connections, Post(connections), Name(synced), !synced).ConfigureAwait(false);
        }
    }

    public static async Task WatchesAsync(Api api)
    {
        // One update in a hundred decides the p99: those that are sent while both sides still compile what carries them would be it.
        await new Watchers(api, watchers: 500, writers: 2, updates: 300).RunAsync().ConfigureAwait(false);
        foreach (var writers in (int[])[1, 4])
        {
            var real = Baseline.Watches[writers];
            var (perSecond, p50, p99, fault) = await new Watchers(api, watchers: 500, writers, updates: 1000).RunAsync().ConfigureAwait(false);
            var what = $"500 watches, {(writers == 1 ? "1 writer" : $"{writers} writers")}";
            Report.Holds($"{what}: every watch has all of 1,000 updates, in order", fault);
            Report.More($"{what}: updates", "/s", real.PerSecond, perSecond, 0);
            Report.Less($"{what}: delay p50", "ms", real.P50, p50, 0);
            Report.Less($"{what}: delay p99", "ms", real.P99, p99, 1);
        }
    }

    /// <summary>A Deployment of twenty pods, each answering a readiness probe.</summary>
    public static async Task PodsAsync(Daemon daemon)
    {
        var image = await TrivialImage.PushAsync(daemon.RegistryAddress).ConfigureAwait(false);
        var begin = TimeProvider.System.GetTimestamp();
        await daemon.Api.PostAsync("/apis/apps/v1/namespaces/default/deployments", Deployment("twenty", 20, image)).ConfigureAwait(false);
        await UntilAsync(async () => (await ListAsync(daemon.Api, "/apis/apps/v1/namespaces/default/deployments").ConfigureAwait(false))
            .Any(one => (int?)one["status"]?["readyReplicas"] == 20)).ConfigureAwait(false);
        Report.AtMost("Deployment of 20 pods, all Ready", "s", Baseline.TwentyReadySeconds, TimeProvider.System.GetElapsedTime(begin).TotalSeconds, 5);
    }

    /// <param name="isCompared">Whether the figure has to reach a ratio: what the real one was not measured at only stands beside it.</param>
    private static async Task RequestsAsync(Api api, string what, string path, int connections, string? script, string how, bool isCompared = true)
    {
        var real = Baseline.Requests[(what, connections)];
        var (perSecond, p99) = await Wrk.RunAsync(api, path, connections, Load, script).ConfigureAwait(false);
        var figure = $"{what}, {connections} connection{(connections == 1 ? "" : "s")}{(how.Length > 0 ? $", {how}" : "")}";
        Report.More($"{figure}: requests", "/s", real.PerSecond, perSecond, isCompared ? 3 : 0);
        Report.Less($"{figure}: p99", "ms", real.P99, p99, isCompared ? 1 : 0);
    }

    private static string Name(bool synced) => synced ? "on disk first" : "unsynced";

    private static string ConfigMap(int index) =>
        $$$"""{"metadata":{"name":"c{{{index}}}","labels":{"app":"bench"}},"data":{"text":"some words of a configuration, as they are found in one","key":"value-{{{index}}}"} }""";

    private static string Deployment(string name, int replicas, string image) =>
        $$$"""
        {"metadata":{"name":"{{{name}}}"},"spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"{{{name}}}"}},"template":{"metadata":{"labels":{"app":"{{{name}}}"}},
        "spec":{"containers":[{"name":"main","image":"{{{image}}}","ports":[{"containerPort":8080}],"readinessProbe":{"httpGet":{"port":8080},"periodSeconds":1} } ] } } } }
        """;

    private static string Post(int connections) =>
        $$"""
        wrk.headers["Content-Type"] = "application/json"
        local number = 0
        function request()
          number = number + 1
          return wrk.format("POST", nil, nil,
            '{"metadata":{"name":"p{{connections}}-' .. number .. '"},"data":{"key":"value-' .. number .. '"} }')
        end
        """;

    private static async Task<List<JsonNode>> ListAsync(Api api, string path) =>
        [.. JsonNode.Parse(await api.Http.GetStringAsync(new Uri(path, UriKind.Relative)).ConfigureAwait(false))!["items"]!.AsArray().Select(item => item!)];

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!await condition().ConfigureAwait(false))
        {
            if (TimeProvider.System.GetElapsedTime(begin) > Patience)
            {
                throw new TimeoutException("The cluster did not get where it was waited for.");
            }

            await Task.Delay(Pause, TimeProvider.System).ConfigureAwait(false);
        }
    }

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
