using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers;

namespace Scalelab.Engine.Tests.Lifecycle;

/// <summary>
/// A cloud in memory whose objects are named before they are created, as Kubernetes' are. Inputs beginning with <c>fixed</c> cannot be
/// changed in place, <c>exclusive</c> means that old and new cannot live side by side, <c>ownedBy</c> names the object that takes this one
/// along when it goes, <c>fails</c> the operation that fails.
/// </summary>
internal sealed class SimulatedCloud : IProviderFactory
{
    private readonly Lock _lock = new();
    private int _next;

    public SortedDictionary<string, PropertyMap> Objects { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the input <c>fails</c> has its effect.</summary>
    public bool CanFail { get; set; }

    /// <summary>Called around each operation that changes something; it may throw.</summary>
    public Func<string, Urn, string, Task> Before { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <inheritdoc cref="Before"/>
    public Func<string, Urn, string, Task> After { get; set; } = (_, _, _) => Task.CompletedTask;

    public string Package => "fake";

    public string? WhyNoDefault => null;

    public IReadOnlyList<CheckFailure> CheckConfig(PropertyMap config) => [];

    public DiffResult DiffConfig(PropertyMap oldConfig, PropertyMap newConfig) => DiffResult.Compare(oldConfig, newConfig, PropertyPath.Parse("region"));

    public IProvider Create(PropertyMap config, ProviderContext context) => new Provider(this);

    private sealed class Provider(SimulatedCloud cloud) : IProvider
    {
        public Task<CheckResult> CheckAsync(CheckRequest request, CancellationToken cancellationToken) => Task.FromResult(CheckResult.Valid(request.NewInputs.With(
            "id",
            request.OldInputs?.FindText("id") ?? $"{request.Urn.Name}-{Interlocked.Increment(ref cloud._next)}")));

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

            var id = request.Inputs.FindText("id")!;
            await OperateAsync("create", request.Urn, id, request.Inputs, () => cloud.Objects[id] = request.Inputs);
            return Fails(request.Inputs, "ready")
                ? throw new PartialFailureException(id, request.Inputs, [$"'{request.Urn.Name}' is not ready"])
                : new CreateResult(id, request.Inputs);
        }

        public Task<ReadResult?> ReadAsync(ReadRequest request, CancellationToken cancellationToken)
        {
            lock (cloud._lock)
            {
                return Task.FromResult(cloud.Objects.TryGetValue(request.Id, out var inputs) ? new ReadResult(request.Id, inputs) { Inputs = inputs } : null);
            }
        }

        public async Task<PropertyMap> UpdateAsync(UpdateRequest request, CancellationToken cancellationToken)
        {
            if (!request.Preview)
            {
                await OperateAsync("update", request.Urn, request.Id, request.NewInputs, () =>
                {
                    if (!cloud.Objects.ContainsKey(request.Id))
                    {
                        throw new InvalidOperationException($"{request.Id} is updated, but does not exist.");
                    }

                    cloud.Objects[request.Id] = request.NewInputs;
                });
                if (Fails(request.NewInputs, "ready"))
                {
                    throw new PartialFailureException(request.Id, request.NewInputs, [$"'{request.Urn.Name}' is not ready"]);
                }
            }

            return request.NewInputs;
        }

        public Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) =>
            OperateAsync("delete", request.Urn, request.Id, request.Inputs, () => Remove(request.Id));

        public Task<InvokeResult> InvokeAsync(string token, PropertyMap arguments, CancellationToken cancellationToken) => Task.FromResult(new InvokeResult(arguments, []));

        public string? FindId(Urn urn, PropertyMap inputs) => inputs.FindText("id");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private bool Fails(PropertyMap inputs, string operation) => cloud.CanFail && inputs.FindText("fails") == operation;

        private void Remove(string id)
        {
            cloud.Objects.Remove(id);
            foreach (var owned in cloud.Objects.Where(entry => entry.Value.FindText("ownedBy") == id).Select(entry => entry.Key).ToArray())
            {
                Remove(owned);
            }
        }

        private async Task OperateAsync(string operation, Urn urn, string id, PropertyMap inputs, Action change)
        {
            await cloud.Before(operation, urn, id);
            if (Fails(inputs, operation))
            {
                throw new ProviderException($"the cloud cannot {operation} '{urn.Name}'");
            }

            lock (cloud._lock)
            {
                change();
            }

            await cloud.After(operation, urn, id);
        }
    }
}
