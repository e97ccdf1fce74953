using System.Security.Authentication;
using Docker.DotNet;
using Docker.DotNet.NativeHttp;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Docker;

/// <summary>A Docker engine. It is looked for when it is needed for the first time: previews need none.</summary>
internal sealed class DockerEngine(PropertyMap config, ProviderContext context) : IDisposable
{
    private static readonly TimeSpan PingDeadline = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _connecting = new(1);
    private DockerClient? _client;
    private DockerHost? _host;

    /// <summary>The engine's address, once it has answered.</summary>
    public Uri? Address => _host?.Address;

    /// <exception cref="ProviderException">No engine answers.</exception>
    public async Task<DockerClient> ConnectAsync(CancellationToken cancellationToken)
    {
        await _connecting.WaitAsync(cancellationToken);
        try
        {
            return _client ??= await FindAsync(cancellationToken);
        }
        finally
        {
            _connecting.Release();
        }
    }

    /// <summary>Runs something against the engine, and says in its user's words what the engine refuses.</summary>
    /// <param name="doing">Completes "… failed": <c>Creating the container 'x'</c>.</param>
    /// <param name="work">Is given the engine.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<T> CallAsync<T>(string doing, Func<DockerClient, Task<T>> work, CancellationToken cancellationToken)
    {
        var client = await ConnectAsync(cancellationToken);
        try
        {
            return await work(client);
        }
        catch (DockerApiException e)
        {
            throw new ProviderException($"{doing} failed: {DockerErrors.Describe(e)}", e);
        }
        catch (Exception e) when (IsUnreachable(e) && !cancellationToken.IsCancellationRequested)
        {
            throw new ProviderException($"{doing} failed: the Docker engine at {Address} stopped answering ({e.Message}). Start it again and run the update once more.", e);
        }
    }

    /// <summary>The same engine, with a header on every request. Goes by itself.</summary>
    /// <exception cref="ProviderException">No engine answers.</exception>
    public async Task<DockerClient> ConnectWithAsync(string header, string value, CancellationToken cancellationToken)
    {
        await ConnectAsync(cancellationToken);
        return Builder(_host!).WithHeader(header, value).Build();
    }

    public void Dispose()
    {
        _client?.Dispose();
        _connecting.Dispose();
    }

    private async Task<DockerClient> FindAsync(CancellationToken cancellationToken)
    {
        var hosts = DockerHost.Find(config, context);
        Exception? first = null;
        foreach (var host in hosts)
        {
            var client = Builder(host).Build();
            try
            {
                using var timer = new CancellationTokenSource(PingDeadline, context.Time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
                await client.System.PingAsync(either.Token);
                _host = host;
                return client;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && (e is DockerApiException or OperationCanceledException || IsUnreachable(e)))
            {
                first ??= e;
                client.Dispose();
            }
        }

        throw new ProviderException(
            $"No Docker engine answers at {hosts[0].Address} ({hosts[0].Source}): {Reason(first)}. Start one ('systemctl start docker', or Docker Desktop), "
            + "or name the one to use in DOCKER_HOST or in the provider's 'host'.",
            first!);
    }

    private DockerClientBuilder Builder(DockerHost host)
    {
        var builder = new DockerClientBuilder().WithEndpoint(host.Address).WithTimeout(Timeout.InfiniteTimeSpan);
        // The library's own way to speak HTTP, which it prefers, cannot be given certificates.
        return host.Address.Scheme is "tcp" or "https" && DockerTls.Find(config, context) is { } tls
            ? builder.WithTransportOptions(new NativeHttpTransportOptions()).WithAuthProvider(tls)
            : builder;
    }

    private static bool IsUnreachable(Exception e) => e is HttpRequestException or IOException or System.Net.Sockets.SocketException or TimeoutException or AuthenticationException;

    private static string Reason(Exception? e) => e switch
    {
        OperationCanceledException => $"it says nothing for {PingDeadline.TotalSeconds:0} seconds",
        { InnerException: System.Net.Sockets.SocketException inner } => inner.Message,
        _ => e?.Message.TrimEnd('.') ?? "there is none",
    };
}
