using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using Scalelab.Cli.Daemon;

namespace Scalelab.Cli.Tests.Daemon;

/// <summary>A daemon that is killed in the middle of writes has everything that it acknowledged.</summary>
public sealed class DaemonDurabilityTests
{
    private const int Rounds = 3;
    private const int Writers = 4;
    private const string Path = "/api/v1/namespaces/default/configmaps";

    [Fact]
    public async Task Kill_UnderWritesOfSeveralClients_LosesNoAcknowledgedWrite()
    {
        await using var lab = new TestLab();
        var random = new Random(7);
        var acknowledged = new ConcurrentDictionary<string, int>();
        for (var round = 0; round < Rounds; round++)
        {
            var (code, _, error) = await lab.StartAsync();
            Assert.True(code == ExitCode.Success, error);
            await AssertKeptAsync(lab, acknowledged);
            var target = acknowledged.Count + random.Next(40, 160);
            using var killed = new CancellationTokenSource();
            var written = new TaskCompletionSource();
            var writers = Enumerable.Range(0, Writers)
                .Select(writer => WriteAsync(lab, $"r{round}-w{writer}", acknowledged, () => Reach(acknowledged.Count, target, written), killed.Token))
                .ToList();

            await Task.WhenAny(written.Task, Task.WhenAll(writers)).WaitAsync(TestLab.Cancellation);
            Kill(DaemonRecord.Read(lab.Home)!.Pid);
            await killed.CancelAsync();
            await Task.WhenAll(writers);
            Assert.True(acknowledged.Count >= target, "the writers ended before the daemon was killed");
        }

        await lab.StartAsync();
        await AssertKeptAsync(lab, acknowledged);
    }

    private static void Reach(int count, int target, TaskCompletionSource reached)
    {
        if (count >= target)
        {
            reached.TrySetResult();
        }
    }

    private static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Creates objects and counts them up until the connection breaks; remembers what was acknowledged.</summary>
    private static async Task WriteAsync(TestLab lab, string prefix, ConcurrentDictionary<string, int> acknowledged, Action onWrite, CancellationToken killed)
    {
        using var client = Connect(lab);
        try
        {
            for (var number = 0; ; number++)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number}");
                await SendAsync(client, HttpMethod.Post, Path, "application/json", $$$"""{"metadata":{"name":"{{{name}}}"},"data":{"count":"0"}}""", killed);
                acknowledged[name] = 0;
                for (var count = 1; count < 3; count++)
                {
                    await SendAsync(client, HttpMethod.Patch, $"{Path}/{name}", "application/merge-patch+json", $$$"""{"data":{"count":"{{{count}}}"}}""", killed);
                    acknowledged[name] = count;
                }

                onWrite();
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // The daemon is gone, as it should be.
        }
    }

    private static async Task SendAsync(HttpClient client, HttpMethod method, string path, string type, string body, CancellationToken killed)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, type) };
        using var response = await client.SendAsync(request, killed);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created, await response.Content.ReadAsStringAsync(killed));
    }

    /// <summary>Each acknowledged write is there; a later one, whose answer was cut off, may be too.</summary>
    private static async Task AssertKeptAsync(TestLab lab, ConcurrentDictionary<string, int> acknowledged)
    {
        using var client = Connect(lab);
        var list = JsonNode.Parse(await client.GetStringAsync(new Uri(Path, UriKind.Relative), TestLab.Cancellation))!["items"]!.AsArray();
        var kept = list.ToDictionary(item => (string)item!["metadata"]!["name"]!, item => (string?)item!["data"]!["count"]);
        Assert.DoesNotContain(acknowledged, write => !kept.TryGetValue(write.Key, out var count) || int.Parse(count!, CultureInfo.InvariantCulture) < write.Value);
    }

    private static HttpClient Connect(TestLab lab)
    {
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(lab.Home.Kubeconfig);
        var client = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=kube-apiserver" })
        {
            BaseAddress = new Uri(configuration.Host),
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", configuration.AccessToken);
        return client;
    }
}
