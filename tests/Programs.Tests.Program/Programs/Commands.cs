using Pulumi;
using Pulumi.Command.Local;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Deployment = Pulumi.Deployment;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>Commands before and after an object, one of them only read.</summary>
internal static class Commands
{
    public static Task<int> RunAsync() => Deployment.RunAsync(async () =>
    {
        var greeting = new Command("greeting", new CommandArgs
        {
            Create = "printf 'hello %s' \"$WHO\"",
            Delete = "true",
            Environment = { ["WHO"] = Deployment.Instance.ProjectName },
            Triggers = new object[] { "v1", 2 },
        });
        var upper = new Command("upper", new CommandArgs
        {
            Create = "tr a-z A-Z",
            Stdin = greeting.Stdout,
            Interpreter = { "/bin/sh", "-c" },
            Logging = Logging.None,
        });
        var map = new ConfigMap("greeting", new ConfigMapArgs { Data = { ["text"] = upper.Stdout } }, new CustomResourceOptions { DependsOn = { upper } });
        var direct = await Run.InvokeAsync(new RunArgs { Command = "echo direct" });
        var lazy = Run.Invoke(new RunInvokeArgs { Command = Output.Format($"echo {greeting.Stdout} again") });
        return new Dictionary<string, object?>
        {
            ["text"] = map.Data.Apply(data => data["text"]),
            ["direct"] = direct.Stdout,
            ["lazy"] = lazy.Apply(result => result.Stdout),
        };
    });
}
