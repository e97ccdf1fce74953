using System.CommandLine;
using Scalelab.Cli.Daemon;

namespace Scalelab.Cli.Commands;

internal static class StopCommand
{
    public static Command Create(LabEnvironment environment, Option<string?> home)
    {
        var command = new Command("stop", "Stop the cluster with its pods and the registry. What is deployed and pushed stays and is there again after the next start.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var stopper = new DaemonStopper(parsed.Home(home, environment), environment.Terminal, environment.Time);
            if (!await stopper.StopAsync(cancellationToken).ConfigureAwait(false))
            {
                environment.Terminal.Output.WriteLine("Nothing runs.");
            }

            return ExitCode.Success;
        });
        return command.WithExamples(("lab stop", "before the machine is put to sleep, or to free its memory"));
    }
}
