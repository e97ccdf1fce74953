using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using k8s.Models;
using Scalelab.Cluster.Node.Pods;
using Scalelab.Cluster.Node.Processes;

namespace Scalelab.Cluster.Node.Probes;

/// <summary>Probes over HTTP, TCP and gRPC and by command, with kubelet's defaults and words.</summary>
internal sealed class Prober(IPodRuntime runtime, TimeProvider time) : IProber, IDisposable
{
    private readonly HttpClient _http = CreateHttpClient();

    public async Task<ProbeAnswer> AskAsync(V1Probe probe, ProbeTarget target, CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(probe.TimeoutSeconds is > 0 and var seconds ? seconds : 1);
        using var timeout = new CancellationTokenSource(limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return probe switch
            {
                { HttpGet: { } http } => await GetAsync(http, target, linked.Token),
                { TcpSocket: { } tcp } => await ConnectAsync(tcp, target, linked.Token),
                { Grpc: { } grpc } => await GrpcProbe.AskAsync(target.PodIP, grpc, limit, linked.Token),
                { Exec: { } exec } => await ExecuteAsync(exec, target, limit, timeout, linked.Token),
                _ => new ProbeAnswer(ProbeOutcome.Unknown, "missing probe handler"),
            };
        }
        catch (PortException exception)
        {
            return new ProbeAnswer(ProbeOutcome.Unknown, exception.Message);
        }
    }

    /// <summary>One GET without looking at probes' rules, for lifecycle hooks. Throws <see cref="HttpRequestException"/>.</summary>
    public async Task CallAsync(V1HTTPGetAction action, ProbeTarget target, CancellationToken cancellationToken)
    {
        using var request = Request(Address(action, target), action);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private static HttpClient CreateHttpClient() => new(new SocketsHttpHandler
    {
        // A new connection for every probe, as kubelet does: a probe tells whether new clients are served.
        PooledConnectionLifetime = TimeSpan.Zero,
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            // Probes do not check certificates: pods make their own.
#pragma warning disable CA5359
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
        },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private async Task<ProbeAnswer> GetAsync(V1HTTPGetAction action, ProbeTarget target, CancellationToken cancellationToken)
    {
        var uri = Address(action, target);
        using var request = Request(uri, action);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return (int)response.StatusCode is >= 200 and < 400
                ? new ProbeAnswer(ProbeOutcome.Success, "")
                : new ProbeAnswer(ProbeOutcome.Failure, string.Create(CultureInfo.InvariantCulture, $"HTTP probe failed with statuscode: {(int)response.StatusCode}"));
        }
        catch (HttpRequestException exception)
        {
            var detail = exception.InnerException is SocketException socket ? Dial(uri.Host, uri.Port, socket) : exception.InnerException is IOException ? "EOF" : exception.Message;
            return new ProbeAnswer(ProbeOutcome.Failure, $"Get \"{uri}\": {detail}");
        }
        catch (OperationCanceledException)
        {
            return new ProbeAnswer(ProbeOutcome.Failure, $"Get \"{uri}\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        }
    }

    private static async Task<ProbeAnswer> ConnectAsync(V1TCPSocketAction action, ProbeTarget target, CancellationToken cancellationToken)
    {
        var host = action.Host is { Length: > 0 } given ? given : target.PodIP;
        var port = Port(action.Port, target.Container);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
            return new ProbeAnswer(ProbeOutcome.Success, "");
        }
        catch (SocketException exception)
        {
            return new ProbeAnswer(ProbeOutcome.Failure, Dial(host, port, exception));
        }
        catch (OperationCanceledException)
        {
            return new ProbeAnswer(ProbeOutcome.Failure, string.Create(CultureInfo.InvariantCulture, $"dial tcp {host}:{port}: i/o timeout"));
        }
    }

    private async Task<ProbeAnswer> ExecuteAsync(V1ExecAction action, ProbeTarget target, TimeSpan limit, CancellationTokenSource timeout, CancellationToken cancellationToken)
    {
        try
        {
            var result = await runtime.ExecAsync(target.Launch, target.MapCommand([.. action.Command]), cancellationToken);
            return new ProbeAnswer(result.ExitCode == 0 ? ProbeOutcome.Success : ProbeOutcome.Failure, result.Output);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return new ProbeAnswer(ProbeOutcome.Failure, $"command timed out: \"{string.Join(' ', action.Command)}\" timed out after {GoDuration.Format(limit)}");
        }
        catch (StartException exception)
        {
            return new ProbeAnswer(ProbeOutcome.Unknown, exception.Message);
        }
    }

    private static Uri Address(V1HTTPGetAction action, ProbeTarget target)
    {
        var scheme = action.Scheme is { Length: > 0 } given ? given.ToLowerInvariant() : "http";
        var host = action.Host is { Length: > 0 } named ? named : target.PodIP;
        var path = action.Path is { Length: > 0 } written ? written : "/";
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{Port(action.Port, target.Container)}{(path.StartsWith('/') ? "" : "/")}{path}"));
    }

    private static HttpRequestMessage Request(Uri uri, V1HTTPGetAction action)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("kube-probe", "1.36"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        request.Headers.ConnectionClose = true;
        foreach (var header in action.HttpHeaders ?? [])
        {
            request.Headers.Remove(header.Name);
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        }

        return request;
    }

    private static int Port(IntOrString port, V1Container container)
    {
        if (int.TryParse(port.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number is > 0 and < 65536 ? number : throw new PortException($"invalid port number: {number}");
        }

        return container.Ports?.FirstOrDefault(one => one.Name == port.Value)?.ContainerPort
            ?? throw new PortException($"strconv.Atoi: parsing \"{port.Value}\": invalid syntax");
    }

    private static string Dial(string host, int port, SocketException exception)
    {
        var detail = exception.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "connect: connection refused",
            SocketError.NetworkUnreachable or SocketError.HostUnreachable => "connect: no route to host",
            SocketError.ConnectionReset => "read: connection reset by peer",
            SocketError.HostNotFound => "no such host",
            _ => exception.Message,
        };
        return string.Create(CultureInfo.InvariantCulture, $"dial tcp {(IPAddress.TryParse(host, out _) ? host : $"lookup {host}")}:{port}: {detail}");
    }

    private sealed class PortException(string message) : Exception(message);
}
