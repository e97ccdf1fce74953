using System.Collections.Concurrent;
using System.Collections.Immutable;
using Pulumi.Testing;

namespace Scalelab.Infra.Tests;

/// <summary>
/// Stands in for the engine: remembers what the program declares and answers as the providers would. At preview it leaves out what only a
/// deployment can tell.
/// </summary>
internal sealed class RecordingMocks(bool isPreview) : IMocks
{
    public const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly ConcurrentQueue<MockResourceArgs> _resources = new();

    public IReadOnlyCollection<MockResourceArgs> Resources => _resources;

    public Task<(string? id, object state)> NewResourceAsync(MockResourceArgs args)
    {
        _resources.Enqueue(args);
        object state = isPreview ? args.Inputs : args.Inputs.AddRange(Outputs(args));
        return Task.FromResult<(string?, object)>((isPreview ? null : $"{args.Name}-id", state));
    }

    public Task<object> CallAsync(MockCallArgs args) => throw new NotSupportedException($"The program calls {args.Token}.");

    private static Dictionary<string, object> Outputs(MockResourceArgs args) => args.Type switch
    {
        "command:local:Command" => new() { ["stdout"] = $"{Digest}\n" },
        "docker:index/image:Image" => new() { ["repoDigest"] = $"{args.Inputs["imageName"]}@{Digest}" },
        "kubernetes:core/v1:Service" => new()
        {
            ["status"] = Map("loadBalancer", Map("ingress", ImmutableArray.Create<object>(Map("ip", "203.0.113.9")))),
        },
        _ => [],
    };

    private static ImmutableDictionary<string, object> Map(string key, object value) => ImmutableDictionary<string, object>.Empty.Add(key, value);
}
