using System.CommandLine;
using Scalelab.Cli.Daemon;

namespace Scalelab.Cli.Commands;

internal static class StartCommand
{
    public static Command Create(LabEnvironment environment, Option<string?> home)
    {
        var flags = new DaemonFlags(showsAll: true);
        var command = new Command("start", "Start the registry and the cluster in the background, where they do not run yet. The other commands do so by themselves.");
        flags.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var terminal = environment.Terminal;
            var options = flags.Read(parsed);
            var lab = parsed.Home(home, environment);
            var (record, wasStarted) = await new DaemonLauncher(lab, terminal, environment.Time).EnsureAsync(options, cancellationToken).ConfigureAwait(false);
            if (!wasStarted)
            {
                terminal.Output.WriteLine($"Already running (process {record.Pid}).");
            }

            terminal.Output.WriteLine($"  registry    http://{record.Registry}");
            terminal.Output.WriteLine($"  cluster     {record.Api}");
            terminal.Output.WriteLine($"  kubeconfig  {lab.Kubeconfig}");
            return ExitCode.Success;
        });
        return command.WithExamples(
            ("lab start", "with the usual ports"),
            ("lab start --registry-port 5001 --secure-port 0", "where port 5000 is taken; any free port for the API"));
    }
}
