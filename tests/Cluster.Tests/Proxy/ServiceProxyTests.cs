using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Scalelab.Cluster.Api;
using Scalelab.Cluster.Controllers;
using Scalelab.Cluster.Proxy;
using Scalelab.Cluster.Tests.Node;

namespace Scalelab.Cluster.Tests.Proxy;

/// <summary>The proxy alone, between real connections; the test writes the endpoints.</summary>
public sealed class ServiceProxyTests : IAsyncLifetime
{
    private static int _proxies;

    private readonly TestDeadline _deadline = new();
    private readonly TempFolder _temp = new();
    private readonly CancellationTokenSource _end = new();
    private readonly int _number = Interlocked.Increment(ref _proxies);
    private readonly List<Backend> _backends = [];
    private readonly List<Task> _running = [];
    private ClusterServer _server = null!;
    private EventRecorder _events = null!;
    private ServiceProxy _proxy = null!;

    private CancellationToken Stop => _deadline.Token;

    private IApiClient Client => _server.Client!;

    public async ValueTask InitializeAsync()
    {
        _server = new ClusterServer(
            new ClusterOptions
            {
                DataFolder = _temp.Path + "/data",
                KubeconfigPath = _temp.Path + "/kubeconfig",
                NodesFolder = _temp.Path + "/nodes",
                ApiPort = 0,
                RunControllers = false,
                SyncWrites = false,
                ServiceClusterIPRange = string.Create(CultureInfo.InvariantCulture, $"127.{160 + (_number % 20)}.0.0/16"),
            },
            TimeProvider.System,
            NullLoggerFactory.Instance);
        await _server.StartAsync(Stop);
        var services = new Informer<V1Service>(Client, TimeProvider.System, NullLogger.Instance);
        var slices = new Informer<V1EndpointSlice>(Client, TimeProvider.System, NullLogger.Instance);
        _events = new EventRecorder(Client, TimeProvider.System, NullLogger.Instance);
        _proxy = new ServiceProxy(services, slices, _events, TimeProvider.System, NullLogger.Instance);
        _proxy.Start();
        _running.AddRange([services.RunAsync(_end.Token), slices.RunAsync(_end.Token)]);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_running);
        await _proxy.DisposeAsync();
        await _events.DisposeAsync();
        await _server.DisposeAsync();
        _backends.ForEach(backend => backend.Dispose());
        _temp.Dispose();
        _end.Dispose();
        _deadline.Dispose();
    }

    [Fact]
    public async Task WaitUntilDrained_EndpointThatIsStillReady_WaitsForItsRemoval()
    {
        var (backend, service) = (Open(), await ServiceAsync());
        var slice = await SliceAsync((backend, true, false));
        await AnswersComeFromAsync(service, backend);

        var drained = _proxy.WaitUntilDrainedAsync(backend.Address, Stop);
        Assert.False(drained.IsCompleted);
        await ChangeAsync(slice, (backend, false, true));

        await drained.WaitAsync(Stop);
    }

    [Fact]
    public async Task WaitUntilDrained_ConnectionWithoutAnswer_WaitsForIt()
    {
        var (backend, other, service) = (Open(), Open(), await ServiceAsync());
        var slice = await SliceAsync((backend, true, false));
        await AnswersComeFromAsync(service, backend);
        backend.HoldNext();
        var question = AskAsync(service);
        await backend.Taken.WaitAsync(Stop);
        await ChangeAsync(slice, (backend, false, true), (other, true, false));
        await AnswersComeFromAsync(service, other);

        var drained = _proxy.WaitUntilDrainedAsync(backend.Address, Stop);
        Assert.False(drained.IsCompleted);
        backend.Release();

        await drained.WaitAsync(Stop);
        Assert.Equal(backend.Address, await question);
    }

    [Fact]
    public async Task Connection_EndpointThatRefuses_GoesToTheNextOne()
    {
        var (gone, backend, service) = (Open(), Open(), await ServiceAsync());
        await SliceAsync((gone, true, false), (backend, true, false));
        gone.Dispose();
        await AnswersComeFromAsync(service, backend);

        for (var connection = 0; connection < 6; connection++)
        {
            Assert.Equal(backend.Address, await AskAsync(service));
        }
    }

    [Fact]
    public async Task Connection_NoReadyEndpoint_GoesToOneThatEndsButServes()
    {
        var (backend, service) = (Open(), await ServiceAsync());
        await SliceAsync((backend, false, true));

        await AnswersComeFromAsync(service, backend);
    }

    [Fact]
    public async Task Connections_WithAffinity_StayWithOneEndpoint()
    {
        var (one, other, service) = (Open(), Open(), await ServiceAsync(affinity: true));
        await SliceAsync((one, true, false), (other, true, false));
        await AnswersComeFromAsync(service, one, other);

        var answers = new HashSet<string>();
        for (var connection = 0; connection < 6; connection++)
        {
            answers.Add((await AskAsync(service))!);
        }

        Assert.Single(answers);
    }

    private Backend Open()
    {
        var backend = new Backend(string.Create(CultureInfo.InvariantCulture, $"127.{180 + (_number % 20)}.{_backends.Count}.1"));
        _backends.Add(backend);
        return backend;
    }

    private async Task<V1Service> ServiceAsync(bool affinity = false) => await Client.CreateAsync(
        new V1Service
        {
            ApiVersion = "v1",
            Kind = "Service",
            Metadata = new V1ObjectMeta { Name = "web", NamespaceProperty = "default" },
            Spec = new V1ServiceSpec
            {
                SessionAffinity = affinity ? "ClientIP" : null,
                Ports = [new V1ServicePort { Port = 80, TargetPort = Backend.Port }],
            },
        },
        Stop);

    private async Task<V1EndpointSlice> SliceAsync(params (Backend Backend, bool Ready, bool Terminating)[] endpoints) => await Client.CreateAsync(
        new V1EndpointSlice
        {
            ApiVersion = "discovery.k8s.io/v1",
            Kind = "EndpointSlice",
            Metadata = new V1ObjectMeta
            {
                Name = "web-1",
                NamespaceProperty = "default",
                Labels = new Dictionary<string, string>
                {
                    ["kubernetes.io/service-name"] = "web",
                    ["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io",
                },
            },
            AddressType = "IPv4",
            Ports = [new Discoveryv1EndpointPort { Name = "", Port = Backend.Port, Protocol = "TCP" }],
            Endpoints = Endpoints(endpoints),
        },
        Stop);

    private async Task ChangeAsync(V1EndpointSlice slice, params (Backend Backend, bool Ready, bool Terminating)[] endpoints) =>
        await Client.UpdateAsync(slice with { Endpoints = Endpoints(endpoints) }, Stop);

    private static List<V1Endpoint> Endpoints((Backend Backend, bool Ready, bool Terminating)[] endpoints) => [.. endpoints.Select(endpoint => new V1Endpoint
    {
        Addresses = [endpoint.Backend.Address],
        Conditions = new V1EndpointConditions { Ready = endpoint.Ready, Serving = true, Terminating = endpoint.Terminating },
    })];

    /// <summary>Waits until the proxy has taken in what was written: as many connections in a row as it has endpoints end where they should.</summary>
    private async Task AnswersComeFromAsync(V1Service service, params Backend[] backends)
    {
        for (var inRow = 0; inRow < 3;)
        {
            var answer = await AskAsync(service);
            inRow = backends.Any(backend => backend.Address == answer) ? inRow + 1 : 0;
            if (inRow == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
            }
        }
    }

    /// <summary>The address of the backend that a new connection reaches; null when it reaches none.</summary>
    private async Task<string?> AskAsync(V1Service service)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPEndPoint.Parse(service.Spec.ClusterIP + ":80"), Stop);
            var buffer = new byte[64];
            return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, Stop));
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Listens where a pod would, and answers each connection with its address.</summary>
    private sealed class Backend : IDisposable
    {
        public const int Port = 8080;

        private readonly TcpListener _listener;
        private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _holds;

        public Backend(string address)
        {
            Address = address;
            _listener = new TcpListener(IPAddress.Parse(address), Port);
            _listener.Start();
            _ = ServeAsync();
        }

        public string Address { get; }

        /// <summary>Completes when a connection is held.</summary>
        public Task Taken => _taken.Task;

        /// <summary>Does not answer the next connection before <see cref="Release"/>.</summary>
        public void HoldNext() => _holds = 1;

        public void Release() => _released.TrySetResult();

        public void Dispose()
        {
            Release();
            _listener.Dispose();
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    _ = AnswerAsync(await _listener.AcceptSocketAsync());
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The test is over, or wants it to refuse.
            }
        }

        private async Task AnswerAsync(Socket client)
        {
            using (client)
            {
                if (Interlocked.Exchange(ref _holds, 0) == 1)
                {
                    _taken.TrySetResult();
                    await _released.Task;
                }

                await client.SendAsync(Encoding.ASCII.GetBytes(Address));
            }
        }
    }
}
