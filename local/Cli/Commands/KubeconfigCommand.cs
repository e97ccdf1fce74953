using System.CommandLine;

namespace Scalelab.Cli.Commands;

internal static class KubeconfigCommand
{
    public static Command Create(LabEnvironment environment, Option<string?> home)
    {
        var command = new Command("kubeconfig", "Print the path of the cluster's kubeconfig, for kubectl and every other client.");
        command.SetAction(parsed =>
        {
            var path = parsed.Home(home, environment).Kubeconfig;
            if (!File.Exists(path))
            {
                throw new CliException($"There is no kubeconfig at {path} yet: the cluster writes it when it starts. Run 'lab start'.");
            }

            environment.Terminal.Output.WriteLine(path);
            return ExitCode.Success;
        });
        return command.WithExamples(
            ("kubectl --kubeconfig $(lab kubeconfig) get pods", "one command"),
            ("export KUBECONFIG=$(lab kubeconfig)", "every kubectl of this shell"));
    }
}
