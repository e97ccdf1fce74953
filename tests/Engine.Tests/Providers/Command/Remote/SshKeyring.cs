using System.Diagnostics;
using Scalelab.Registry.Tests.Clients;

namespace Scalelab.Engine.Tests.Providers.Command.Remote;

/// <summary>An ssh-agent of a test's own that holds one key. The test is skipped where there is no ssh-agent.</summary>
internal sealed class SshKeyring : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Process _process;

    private SshKeyring(Process process, string socket)
    {
        _process = process;
        Socket = socket;
    }

    public string Socket { get; }

    public static async Task<SshKeyring> StartAsync(string folder, string key)
    {
        Assert.SkipUnless(Tool.OnPath("ssh-agent") && Tool.OnPath("ssh-add"), "ssh-agent and ssh-add are not installed");
        var socket = Path.Combine(folder, "agent");
        var agent = new SshKeyring(Process.Start(new ProcessStartInfo("ssh-agent", ["-D", "-a", socket]) { RedirectStandardOutput = true })!, socket);
        try
        {
            var started = Stopwatch.GetTimestamp();
            while (!File.Exists(socket))
            {
                Assert.True(Stopwatch.GetElapsedTime(started) < StartDeadline, $"ssh-agent does not listen after {StartDeadline}.");
                await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
            }

            await Tool.RunAsync("ssh-add", ["-q", key], ("SSH_AUTH_SOCK", socket));
            return agent;
        }
        catch
        {
            await agent.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }
}
