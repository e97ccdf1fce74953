using System.CommandLine;
using Scalelab.Cli.Daemon;

namespace Scalelab.Cli.Commands;

/// <summary>The flags that say how the daemon is started; with a daemon that runs already they change nothing.</summary>
/// <param name="showsAll">False keeps the flags that are seldom wanted out of the command's help.</param>
internal sealed class DaemonFlags(bool showsAll = false)
{
    private readonly ControllerFlags _controllers = new();

    public Option<int> RegistryPort { get; } =
        CommandExtensions.PortOption(DaemonOptions.RegistryPortFlag, DaemonOptions.DefaultRegistryPort, "Port of the registry on 127.0.0.1");

    public Option<int> SecurePort { get; } =
        CommandExtensions.PortOption(DaemonOptions.SecurePortFlag, DaemonOptions.DefaultSecurePort, "Port of the Kubernetes API on 127.0.0.1", "--api-port");

    public Option<bool> UnsafeNoFsync { get; } =
        new(DaemonOptions.UnsafeNoFsyncFlag) { Description = "Acknowledge writes before they are on disk: faster, and a crash of the machine may lose the last ones" };

    public void AddTo(Command command)
    {
        command.Add(RegistryPort);
        command.Add(SecurePort);
        UnsafeNoFsync.Hidden = !showsAll;
        command.Add(UnsafeNoFsync);
        _controllers.AddTo(command, showsAll);
    }

    public DaemonOptions Read(ParseResult parsed) => new()
    {
        RegistryPort = parsed.GetValue(RegistryPort),
        SecurePort = parsed.GetValue(SecurePort),
        UnsafeNoFsync = parsed.GetValue(UnsafeNoFsync),
        Controllers = _controllers.Read(parsed),
    };
}
