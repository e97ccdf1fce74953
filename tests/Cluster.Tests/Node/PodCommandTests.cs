using System.Net;
using System.Net.Sockets;
using System.Text;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster.Tests.Node.Images;
using static Scalelab.Cluster.Tests.Node.Images.TestImage;

namespace Scalelab.Cluster.Tests.Node;

/// <summary>Commands in a running container, over WebSockets with the official client.</summary>
public sealed class PodCommandTests : IAsyncLifetime
{
    private readonly TestDeadline _deadline = new();
    private readonly TempFolder _temp = new();
    private ClusterServer? _server;
    private k8s.Kubernetes? _client;

    private CancellationToken Stop => _deadline.Token;

    private k8s.Kubernetes Client => _client!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pods are POSIX processes.");
        await using var registry = await TestRegistry.StartAsync(Stop);
        new TestImage { RunConfig = new { Entrypoint = new[] { "/run" }, Env = new[] { "COLOR=blue" } } }
            .Layer(File("run", "#!/bin/sh\ntrap 'exit 0' TERM\nwhile :; do sleep 0.05; done\n", (UnixFileMode)0b111_101_101))
            .PushTo(registry, "lab/app", "1");
        var options = new ClusterOptions
        {
            DataFolder = _temp.Path + "/data",
            KubeconfigPath = _temp.Path + "/kubeconfig",
            NodesFolder = _temp.Path + "/nodes",
            ApiPort = 0,
            Nodes = 1,
            PodNetwork = "127.62",
            ServiceClusterIPRange = "127.162.0.0/16",
            LoadBalancerRange = "127.163.0.0/16",
        };
        _server = new ClusterServer(options, TimeProvider.System, NullLoggerFactory.Instance);
        await _server.StartAsync(Stop);
        _client = new k8s.Kubernetes(await KubernetesClientConfiguration.BuildConfigFromConfigFileAsync(new FileInfo(options.KubeconfigPath)));
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "p" },
            Spec = new V1PodSpec { Containers = [new V1Container { Name = "main", Image = $"{registry.Host}/lab/app:1" }] },
        };
        await Client.CoreV1.CreateNamespacedPodAsync(pod, "default", cancellationToken: Stop);
        while ((await Client.CoreV1.ReadNamespacedPodAsync("p", "default", cancellationToken: Stop)).Status?.Phase != "Running")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _temp.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task Exec_ACommand_GivesItsOutputItsErrorsAndItsExitCode()
    {
        var (exit, output, errors) = await ExecAsync(null, terminal: false, "sh", "-c", "echo $COLOR $POD_NAME; echo oops >&2; exit 3");

        Assert.Equal((3, "blue p\n", "oops\n"), (exit, output, errors));
    }

    [Fact]
    public async Task Exec_WithAnInput_ReadsWhatTheClientSends()
    {
        var (exit, output, _) = await ExecAsync("one\n", terminal: false, "sh", "-c", "read line; echo got $line");

        Assert.Equal((0, "got one\n"), (exit, output));
    }

    [Fact]
    public async Task Exec_InATerminal_IsSatBeforeOne()
    {
        var (exit, output, _) = await ExecAsync(null, terminal: true, "sh", "-c", "test -t 1 && echo $TERM");

        Assert.Equal((0, "xterm\r\n"), (exit, output));
    }

    [Fact]
    public async Task Exec_OfMoreThanAPipeHolds_IsComplete()
    {
        var (exit, output, _) = await ExecAsync(null, terminal: false, "sh", "-c", "i=0; while [ $i -lt 20000 ]; do echo 0123456789; i=$((i+1)); done");

        Assert.Equal((0, 220_000), (exit, output.Length));
    }

    [Fact]
    public async Task PortForward_ToAPort_CarriesBothDirections()
    {
        // The pod's addresses are this machine's, so the test can be its server.
        var pod = await Client.CoreV1.ReadNamespacedPodAsync("p", "default", cancellationToken: Stop);
        using var server = new TcpListener(IPAddress.Parse(pod.Status.PodIP), 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        using var socket = await Client.WebSocketNamespacedPodPortForwardAsync("p", "default", [port], "v4.channel.k8s.io", cancellationToken: Stop);
        using var demuxer = new StreamDemuxer(socket, StreamType.PortForward);
        demuxer.Start();
        var stream = demuxer.GetStream((byte?)0, (byte?)0);
        using var accepted = await server.AcceptTcpClientAsync(Stop);

        await stream.WriteAsync("ping\n"u8.ToArray(), Stop);
        using var reader = new StreamReader(accepted.GetStream());
        Assert.Equal("ping", await reader.ReadLineAsync(Stop));
        await accepted.GetStream().WriteAsync("pong\n"u8.ToArray(), Stop);
        using var answers = new StreamReader(stream);
        Assert.Equal("pong", await answers.ReadLineAsync(Stop));
    }

    private async Task<(int Exit, string Output, string Errors)> ExecAsync(string? input, bool terminal, params string[] command)
    {
        var (output, errors) = ("", "");
        var exit = await Client.NamespacedPodExecAsync(
            "p",
            "default",
            "main",
            command,
            terminal,
            async (stdin, stdout, stderr) =>
            {
                if (input is not null)
                {
                    await stdin.WriteAsync(Encoding.UTF8.GetBytes(input), Stop);
                    await stdin.FlushAsync(Stop);
                }

                using var outputReader = new StreamReader(stdout);
                using var errorReader = new StreamReader(stderr);
                var texts = await Task.WhenAll(outputReader.ReadToEndAsync(Stop), terminal ? Task.FromResult("") : errorReader.ReadToEndAsync(Stop));
                (output, errors) = (texts[0], texts[1]);
            },
            Stop);
        return (exit, output, errors);
    }
}
