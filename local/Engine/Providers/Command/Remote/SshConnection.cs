using System.Net;
using System.Net.Sockets;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Scalelab.Engine.Providers.Command.Remote;

/// <summary>Connects to a machine by SSH, through another one where the program says so, and again where that fails.</summary>
internal sealed class SshConnection<T> : IDisposable
    where T : BaseClient
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly SshConnection<SshClient>? _proxy;
    private readonly ForwardedPortLocal? _forwarded;

    private SshConnection(T client, SshConnection<SshClient>? proxy, ForwardedPortLocal? forwarded)
    {
        Client = client;
        _proxy = proxy;
        _forwarded = forwarded;
    }

    public T Client { get; }

    /// <param name="settings">Where to.</param>
    /// <param name="create">Makes the client.</param>
    /// <param name="urn">For status lines.</param>
    /// <param name="context">The clock, known hosts, status lines.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProviderException">The machine does not answer, is not the one that is meant, or lets nobody in.</exception>
    public static async Task<SshConnection<T>> OpenAsync(ConnectionSettings settings, Func<ConnectionInfo, T> create, Urn urn, ProviderContext context, CancellationToken cancellationToken)
    {
        if (settings.Proxy is not { } through)
        {
            return new SshConnection<T>(await DialAsync(settings, settings.Host, settings.Port, create, urn, context, cancellationToken), proxy: null, forwarded: null);
        }

        var proxy = await SshConnection<SshClient>.OpenAsync(through, info => new SshClient(info), urn, context, cancellationToken);
        var forwarded = new ForwardedPortLocal(IPAddress.Loopback.ToString(), 0, settings.Host, (uint)settings.Port);
        try
        {
            proxy.Client.AddForwardedPort(forwarded);
            forwarded.Start();
            var client = await DialAsync(settings, forwarded.BoundHost, (int)forwarded.BoundPort, create, urn, context, cancellationToken);
            return new SshConnection<T>(client, proxy, forwarded);
        }
        catch
        {
            forwarded.Dispose();
            proxy.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        _forwarded?.Dispose();
        _proxy?.Dispose();
    }

    private static async Task<T> DialAsync(ConnectionSettings settings, string host, int port, Func<ConnectionInfo, T> create, Urn urn, ProviderContext context, CancellationToken cancellationToken)
    {
        var keys = new HostKeys(settings, context);
        var name = $"{settings.Host}:{settings.Port}";
        var pause = FirstPause;
        for (var failures = 1; ; failures++)
        {
            string? refusal = null;
            var client = create(Describe(settings, host, port, keys));
            client.HostKeyReceived += (_, shown) =>
            {
                refusal = keys.Refuse(name, shown.HostKey);
                shown.CanTrust = refusal is null;
            };
            try
            {
                await client.ConnectAsync(cancellationToken);
                return client;
            }
            catch (Exception e) when (e is SshException or SocketException or ProxyException && !cancellationToken.IsCancellationRequested)
            {
                client.Dispose();
                if (refusal is not null)
                {
                    throw new ProviderException(refusal, e);
                }

                if (settings.DialErrorLimit >= 0 && failures > settings.DialErrorLimit)
                {
                    throw new ProviderException($"{name} cannot be reached by SSH as '{settings.User}' after {failures} attempt(s): {e.Message} Check the connection's host, port, user and keys, and that the machine is up.", e);
                }

                context.Status(urn, $"connecting to {name} failed {failures} time(s): {e.Message}");
            }
            catch
            {
                client.Dispose();
                throw;
            }

            await Task.Delay(pause, context.Time, cancellationToken);
            pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
        }
    }

    private static ConnectionInfo Describe(ConnectionSettings settings, string host, int port, HostKeys keys)
    {
        var methods = SshLogin.Methods(settings);
        if (methods.Length == 0)
        {
            throw new ProviderException($"The connection to {settings.Host} says nothing to log in with. Give it a 'privateKey' or a 'password', or start an SSH agent.");
        }

        var info = new ConnectionInfo(host, port, settings.User, methods) { Timeout = settings.PerDialTimeout ?? Timeout.InfiniteTimeSpan };
        // A machine shows one key: it has to be of a kind that can be compared.
        var types = keys.Types.SelectMany(type => type == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : new[] { type }).ToHashSet();
        foreach (var algorithm in types.Count == 0 ? [] : info.HostKeyAlgorithms.Keys.Where(algorithm => !types.Contains(algorithm)).ToArray())
        {
            info.HostKeyAlgorithms.Remove(algorithm);
        }

        return info;
    }
}
