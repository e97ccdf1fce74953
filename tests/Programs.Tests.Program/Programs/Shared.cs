using Pulumi;
using Pulumi.Kubernetes.Core.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>What <see cref="Consumer"/> refers to.</summary>
internal sealed class Shared : Stack
{
    public Shared()
    {
        var home = new Namespace("shared");
        Home = home.Metadata.Apply(metadata => metadata.Name);
        Key = Output.CreateSecret("opensesame");
        Ports = Output.Create(new[] { 80, 443 });
    }

    [Output("home")]
    public Output<string> Home { get; private set; }

    [Output("key")]
    public Output<string> Key { get; private set; }

    [Output("ports")]
    public Output<int[]> Ports { get; private set; }
}
