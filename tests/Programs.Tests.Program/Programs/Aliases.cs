using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>Resources that moved into a component and got other names; the configuration says which time it is.</summary>
internal sealed class Aliases : Stack
{
    public Aliases()
    {
        var moved = new Config().GetBoolean("moved") ?? false;
        var metadata = new ObjectMetaArgs { Name = "keeps-its-name" };
        Uid = moved
            ? new Group("group", metadata).Map.Metadata.Apply(m => m.Uid)
            : new ConfigMap("before", new ConfigMapArgs { Metadata = metadata }).Metadata.Apply(m => m.Uid);
    }

    [Output("uid")]
    public Output<string> Uid { get; set; }

    private sealed class Group : ComponentResource
    {
        public Group(string name, ObjectMetaArgs metadata)
            : base("example:index:Group", name)
        {
            Map = new ConfigMap(
                $"{name}-map",
                new ConfigMapArgs { Metadata = metadata },
                new CustomResourceOptions { Parent = this, Aliases = { new Alias { Name = "before", NoParent = true } } });
            RegisterOutputs(new Dictionary<string, object?> { ["map"] = Map.Id });
        }

        public ConfigMap Map { get; }
    }
}
