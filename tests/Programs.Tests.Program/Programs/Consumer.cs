using System.Collections.Immutable;
using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>Puts an object where another stack says.</summary>
internal sealed class Consumer : Stack
{
    public Consumer()
    {
        var shared = new StackReference($"organization/{Deployment.Instance.ProjectName}/shared");
        var home = shared.RequireOutput("home").Apply(value => (string)value);
        var map = new ConfigMap("consumer", new ConfigMapArgs { Metadata = new ObjectMetaArgs { Namespace = home } });
        IsThere = Output.Tuple(home, map.Metadata).Apply(pair => pair.Item1 == pair.Item2.Namespace);
        Ports = shared.GetOutput("ports").Apply(value => ((ImmutableArray<object>)value!).Length);
        Absent = shared.GetOutput("absent").Apply(value => value is null);
        KeyLength = shared.RequireOutput("key").Apply(value => ((string)value).Length);
    }

    [Output("isThere")]
    public Output<bool> IsThere { get; private set; }

    [Output("ports")]
    public Output<int> Ports { get; private set; }

    [Output("absent")]
    public Output<bool> Absent { get; private set; }

    [Output("keyLength")]
    public Output<int> KeyLength { get; private set; }
}
