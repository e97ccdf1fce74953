using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Scalelab.Engine.Tests.Support;
using Scalelab.Registry.Tests.Clients;

namespace Scalelab.Engine.Tests.Providers.Command.Remote;

/// <summary>
/// A real sshd on loopback, with keys of its own, for all tests of the class. It starts with the first test that asks for it, which is skipped where
/// it cannot.
/// </summary>
public sealed class SshServer : IAsyncLifetime
{
    public const string Passphrase = "correct horse";

    private const string PrivilegeSeparation = "/run/sshd";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _starting = new(1);
    private readonly TestFolder _folder = new();
    private Process? _process;

    public int Port { get; private set; }

    /// <summary>As known_hosts has it: type and key.</summary>
    public string HostKey => Read("host.pub");

    public string UserKey => File.ReadAllText(Path.Combine(_folder.Path, "user"));

    /// <summary>The same key, encrypted with <see cref="Passphrase"/>.</summary>
    public string EncryptedKey => File.ReadAllText(Path.Combine(_folder.Path, "encrypted"));

    public string UserKeyFile => Path.Combine(_folder.Path, "user");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async Task StartAsync()
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_process is null)
            {
                await LaunchAsync();
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
        }

        _starting.Dispose();
        _folder.Dispose();
    }

    private async Task LaunchAsync()
    {
        var sshd = new[] { "/usr/sbin/sshd", "/usr/bin/sshd" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(sshd is null || !Tool.OnPath("ssh-keygen"), "sshd and ssh-keygen are not installed");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the tests' SSH server needs Linux");
        if (Environment.IsPrivilegedProcess && !Directory.Exists(PrivilegeSeparation))
        {
            // The package's service makes it at start-up; where no services run, nobody has.
            Directory.CreateDirectory(PrivilegeSeparation);
        }

        foreach (var key in new[] { "host", "user" })
        {
            await Tool.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(_folder.Path, key)]);
        }

        File.Copy(Path.Combine(_folder.Path, "user"), Path.Combine(_folder.Path, "encrypted"));
        await Tool.RunAsync("ssh-keygen", ["-q", "-p", "-P", "", "-N", Passphrase, "-f", Path.Combine(_folder.Path, "encrypted")]);
        Port = FreePort();
        _folder.File("sshd_config", $"""
            ListenAddress 127.0.0.1:{Port}
            HostKey {_folder.Path}/host
            AuthorizedKeysFile {_folder.Path}/user.pub
            PidFile none
            UsePAM no
            StrictModes no
            PasswordAuthentication no
            PermitRootLogin yes
            AllowTcpForwarding yes
            Subsystem sftp internal-sftp
            MaxStartups 100
            """);
        _process = Process.Start(new ProcessStartInfo(sshd, ["-D", "-q", "-f", Path.Combine(_folder.Path, "sshd_config")]))!;
        var started = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            Assert.SkipWhen(_process.HasExited, "sshd does not start here");
            Assert.True(Stopwatch.GetElapsedTime(started) < StartDeadline, $"sshd does not listen after {StartDeadline}.");
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Read(string file) => string.Join(' ', File.ReadAllText(Path.Combine(_folder.Path, file)).Split(' ').Take(2));
}
