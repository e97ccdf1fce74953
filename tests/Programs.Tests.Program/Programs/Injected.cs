using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>A stack that is made by a container of services.</summary>
internal sealed class Injected : Stack
{
    public Injected(INames names)
    {
        var maps = names.All.Select(name => new ConfigMap(name, new ConfigMapArgs { Data = { ["name"] = name } })).ToList();
        Count = Output.All(maps.Select(map => map.Id)).Apply(ids => ids.Length);
    }

    public interface INames
    {
        IReadOnlyList<string> All { get; }
    }

    [Output("count")]
    public Output<int> Count { get; set; }

    public static Task<int> RunAsync() => Deployment.RunAsync<Injected>(new Services());

    private sealed class Names : INames
    {
        public IReadOnlyList<string> All => [.. Enumerable.Range(1, 12).Select(index => $"map-{index:00}")];
    }

    private sealed class Services : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType == typeof(Injected) ? new Injected(new Names()) : null;
    }
}
