using System.Collections.Immutable;

namespace Pulumi.Docker;

/// <summary>A container run by a Docker engine.</summary>
[DockerResourceType("docker:index/container:Container")]
public partial class Container : CustomResource
{
    public Container(string name, ContainerArgs args, CustomResourceOptions? options = null)
        : base("docker:index/container:Container", name, args, Package.Complete(options, ""))
    {
    }

    [Output("command")]
    public Output<ImmutableArray<string>> Command { get; private set; } = null!;

    [Output("entrypoints")]
    public Output<ImmutableArray<string>> Entrypoints { get; private set; } = null!;

    [Output("envs")]
    public Output<ImmutableArray<string>> Envs { get; private set; } = null!;

    [Output("hostname")]
    public Output<string> Hostname { get; private set; } = null!;

    [Output("image")]
    public Output<string> Image { get; private set; } = null!;

    [Output("mustRun")]
    public Output<bool?> MustRun { get; private set; } = null!;

    [Output("name")]
    public Output<string> Name { get; private set; } = null!;

    [Output("networkMode")]
    public Output<string?> NetworkMode { get; private set; } = null!;

    [Output("platform")]
    public Output<string?> Platform { get; private set; } = null!;

    [Output("restart")]
    public Output<string?> Restart { get; private set; } = null!;

    [Output("rm")]
    public Output<bool?> Rm { get; private set; } = null!;

    [Output("start")]
    public Output<bool?> Start { get; private set; } = null!;

    [Output("user")]
    public Output<string?> User { get; private set; } = null!;

    [Output("wait")]
    public Output<bool?> Wait { get; private set; } = null!;

    [Output("waitTimeout")]
    public Output<int?> WaitTimeout { get; private set; } = null!;

    [Output("workingDir")]
    public Output<string?> WorkingDir { get; private set; } = null!;
}
