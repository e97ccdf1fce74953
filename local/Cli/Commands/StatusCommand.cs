using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using k8s;
using Scalelab.Cli.Daemon;
using Scalelab.Cli.Output;
using Scalelab.Engine;
using Scalelab.Engine.Providers.Kubernetes;
using Scalelab.Engine.State;

namespace Scalelab.Cli.Commands;

internal static class StatusCommand
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    public static Command Create(LabEnvironment environment, Option<string?> home)
    {
        var command = new Command("status", "Print what runs, where, and what is deployed on it. Ends with exit code 1 when nothing runs.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var lab = parsed.Home(home, environment);
            var output = environment.Terminal.Output;
            var record = new DaemonLauncher(lab, environment.Terminal, environment.Time).Find();
            output.WriteLine(record is null ? "Not running. Start it with 'lab start'." : Describe(record, environment));
            if (record is { State: DaemonState.Ready })
            {
                output.WriteLine($"  registry    http://{record.Registry}");
                output.WriteLine($"  cluster     {record.Api}  {await CountAsync(lab, cancellationToken).ConfigureAwait(false)}");
                output.WriteLine($"  kubeconfig  {lab.Kubeconfig}");
            }

            foreach (var (name, state) in Stacks(lab))
            {
                output.WriteLine($"  stack       {name}: {state}");
            }

            output.WriteLine($"  home        {lab.Folder}");
            return record is null ? ExitCode.Failed : ExitCode.Success;
        });
        return command.WithExamples(("lab status", "pods, nodes, addresses, memory"));
    }

    private static string Describe(DaemonRecord record, LabEnvironment environment)
    {
        using var process = Process.GetProcessById(record.Pid);
        var memory = (process.WorkingSet64 / (1024.0 * 1024.0)).ToString("0", CultureInfo.InvariantCulture);
        var state = record.State == DaemonState.Ready ? "Running" : record.State.ToString();
        return $"{state} (process {record.Pid}, up {Durations.Format(environment.Time.GetUtcNow() - record.StartedAt)}, {memory} MiB)";
    }

    private static async Task<string> CountAsync(LabHome lab, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new Kubernetes(KubeconfigReader.ReadFile(lab.Kubeconfig));
            client.HttpClient.Timeout = Deadline;
            var nodes = await client.CoreV1.ListNodeAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            var pods = await client.CoreV1.ListPodForAllNamespacesAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
            var ready = nodes.Items.Count(node => IsReady(node.Status?.Conditions?.Select(condition => (condition.Type, condition.Status))));
            var readyPods = pods.Items.Count(pod => IsReady(pod.Status?.Conditions?.Select(condition => (condition.Type, condition.Status))));
            return $"{ready} of {nodes.Items.Count} nodes ready, {readyPods} of {pods.Items.Count} pods ready";
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return $"does not answer: {e.Message}";
        }
    }

    private static bool IsReady(IEnumerable<(string Type, string Status)>? conditions) => conditions?.Contains(("Ready", "True")) ?? false;

    private static IEnumerable<(string Name, string State)> Stacks(LabHome lab)
    {
        if (!Directory.Exists(lab.Stacks))
        {
            yield break;
        }

        foreach (var file in Directory.EnumerateFiles(lab.Stacks, "*.json").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            yield return (name, State(lab, name));
        }
    }

    private static string State(LabHome lab, string stack)
    {
        try
        {
            return StackState.Read(lab.Stacks, stack, withSecrets: false) is { } state ? $"{state.Resources.Count} resources" : "not deployed";
        }
        catch (EngineException e)
        {
            return e.Message;
        }
    }
}
