using System.CommandLine;
using Scalelab.Cli.Daemon;

namespace Scalelab.Cli.Commands;

/// <summary>What <c>lab start</c> runs in the background.</summary>
internal static class DaemonCommand
{
    public static Command Create(LabEnvironment environment, Option<string?> home)
    {
        var flags = new DaemonFlags();
        var command = new Command("daemon", "Run the registry and the cluster in this process until it is told to end.") { Hidden = true };
        flags.AddTo(command);
        command.SetAction((parsed, cancellationToken) => new DaemonHost(flags.Read(parsed), parsed.Home(home, environment), environment.Time).RunAsync(cancellationToken));
        return command;
    }
}
