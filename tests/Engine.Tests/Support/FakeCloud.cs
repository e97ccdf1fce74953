using System.Collections.Concurrent;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers;

namespace Scalelab.Engine.Tests.Support;

/// <summary>
/// The cloud of the package <c>fake</c>: resources live in memory. Inputs beginning with <c>fixed</c> cannot be changed in place,
/// <c>exclusive</c> means that old and new cannot live side by side, <c>fail</c> names the operation that fails.
/// </summary>
internal sealed class FakeCloud : IProviderFactory
{
    private int _next;
    private int _running;

    public ConcurrentDictionary<string, PropertyMap> Resources { get; } = [];

    /// <summary>Every operation that changed something, as "create a".</summary>
    public ConcurrentQueue<string> Operations { get; } = [];

    /// <summary>Ids that were created although they were there.</summary>
    public ConcurrentQueue<string> Overwritten { get; } = [];

    public int MostAtOnce { get; private set; }

    /// <summary>Called in the middle of each changing operation, with "create a".</summary>
    public Func<string, CancellationToken, Task> During { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Called when a changing operation has had its effect, before the engine knows of it, with "create a".</summary>
    public Action<string> After { get; set; } = _ => { };

    /// <summary>Whether the input <c>fail</c> has its effect.</summary>
    public bool CanFail { get; set; } = true;

    public string Package => "fake";

    public string? WhyNoDefault { get; init; }

    public IReadOnlyList<CheckFailure> CheckConfig(PropertyMap config) => config.ContainsKey("wrong") ? [new CheckFailure("wrong", "leave it out.")] : [];

    public DiffResult DiffConfig(PropertyMap oldConfig, PropertyMap newConfig) => DiffResult.Compare(oldConfig, newConfig, PropertyPath.Parse("region"));

    public IProvider Create(PropertyMap config, ProviderContext context) => new Provider(this);

    private string NextId(string name) => $"{name}-{Interlocked.Increment(ref _next)}";

    private sealed class Provider(FakeCloud cloud) : IProvider
    {
        public Task<CheckResult> CheckAsync(CheckRequest request, CancellationToken cancellationToken) => Task.FromResult(request.NewInputs.ContainsKey("invalid")
            ? new CheckResult(request.NewInputs, [new CheckFailure("invalid", "must not be there.")])
            : CheckResult.Valid(request.NewInputs));

        public Task<DiffResult> DiffAsync(DiffRequest request, CancellationToken cancellationToken)
        {
            var paths = PropertyDiff.Compare(request.OldInputs, request.NewInputs).Select(difference => difference.Path).ToArray();
            return Task.FromResult(new DiffResult(
                paths.Length > 0,
                [.. paths.Where(path => path.Parts[0] is string name && name.StartsWith("fixed", StringComparison.Ordinal))],
                request.NewInputs.ContainsKey("exclusive")));
        }

        public async Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
        {
            if (request.Preview)
            {
                return new CreateResult("", request.Inputs);
            }

            var id = request.Inputs.FindText("id") ?? cloud.NextId(request.Urn.Name);
            await OperateAsync("create", request.Urn, request.Inputs, cancellationToken);
            var outputs = Outputs(request.Inputs, id);
            if (!cloud.Resources.TryAdd(id, outputs))
            {
                cloud.Overwritten.Enqueue(id);
                cloud.Resources[id] = outputs;
            }

            cloud.After($"create {request.Urn.Name}");
            return request.Inputs.ContainsKey("unready") ? throw new PartialFailureException(id, outputs, [$"'{request.Urn.Name}' is not ready"]) : new CreateResult(id, outputs);
        }

        public Task<ReadResult?> ReadAsync(ReadRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(cloud.Resources.TryGetValue(request.Id, out var outputs) ? new ReadResult(request.Id, outputs) { Inputs = outputs.Without("echo") } : null);

        public async Task<PropertyMap> UpdateAsync(UpdateRequest request, CancellationToken cancellationToken)
        {
            if (request.Preview)
            {
                return request.NewInputs;
            }

            await OperateAsync("update", request.Urn, request.NewInputs, cancellationToken);
            var outputs = cloud.Resources[request.Id] = Outputs(request.NewInputs, request.Id);
            cloud.After($"update {request.Urn.Name}");
            return outputs;
        }

        public async Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken)
        {
            await OperateAsync("delete", request.Urn, request.Inputs, cancellationToken);
            cloud.Resources.TryRemove(request.Id, out _);
            cloud.After($"delete {request.Urn.Name}");
        }

        public Task<InvokeResult> InvokeAsync(string token, PropertyMap arguments, CancellationToken cancellationToken) =>
            Task.FromResult(new InvokeResult(arguments.With("token", token), []));

        public string? FindId(Urn urn, PropertyMap inputs) => inputs.FindText("id");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static PropertyMap Outputs(PropertyMap inputs, string id) => inputs.With("echo", $"echo of {id}");

        private async Task OperateAsync(string operation, Urn urn, PropertyMap inputs, CancellationToken cancellationToken)
        {
            var running = Interlocked.Increment(ref cloud._running);
            try
            {
                lock (cloud)
                {
                    cloud.MostAtOnce = Math.Max(cloud.MostAtOnce, running);
                }

                await cloud.During($"{operation} {urn.Name}", cancellationToken);
                if (cloud.CanFail && inputs.FindText("fail") == operation)
                {
                    throw new ProviderException($"the fake cloud cannot {operation} '{urn.Name}'");
                }

                cloud.Operations.Enqueue($"{operation} {urn.Name}");
            }
            finally
            {
                Interlocked.Decrement(ref cloud._running);
            }
        }
    }
}
