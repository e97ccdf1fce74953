using Pulumi;
using Pulumi.Command.Local;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>Files that a command makes, and files that go into the cluster.</summary>
internal sealed class Assets : Stack
{
    public Assets()
    {
        var folder = Directory.GetCurrentDirectory();
        var made = new Command("make", new CommandArgs
        {
            Create = "printf made > made.txt && cat made.txt",
            Dir = folder,
            AssetPaths = { "made.txt" },
            Delete = "rm -f made.txt",
        });
        _ = new ConfigMap("files", new ConfigMapArgs
        {
            Data = Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal).ToDictionary(file => Path.GetFileName(file), File.ReadAllText),
        });
        Names = made.Assets.Apply(assets => string.Join(',', assets.Keys));
        Text = made.Stdout;
    }

    [Output("names")]
    public Output<string> Names { get; set; }

    [Output("text")]
    public Output<string> Text { get; set; }
}
