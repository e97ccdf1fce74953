using Scalelab.Engine.Properties;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Providers.Builtin;

/// <summary>Reads the outputs of other stacks (<c>pulumi:pulumi:StackReference</c>) and keeps values in the state (<c>pulumi:index:Stash</c>).</summary>
internal sealed class BuiltinProvider(StackOutputs stacks, Func<Urn, ResourceState?> find) : IProvider
{
    private const string StackReference = "pulumi:pulumi:StackReference";
    private const string Stash = "pulumi:index:Stash";
    private const string ReadStackOutputs = "pulumi:pulumi:readStackOutputs";
    private const string GetResource = "pulumi:pulumi:getResource";

    public Task<CheckResult> CheckAsync(CheckRequest request, CancellationToken cancellationToken)
    {
        var input = InputOf(request.Urn.Type);
        var failures = request.NewInputs.Keys.Where(key => key != input).Select(key => new CheckFailure(key, "is not known here."));
        return Task.FromResult(new CheckResult(
            request.NewInputs,
            request.NewInputs.ContainsKey(input) ? [.. failures] : [.. failures, new CheckFailure(input, "must be given.")]));
    }

    public Task<DiffResult> DiffAsync(DiffRequest request, CancellationToken cancellationToken) => Task.FromResult(request.Urn.Type == StackReference
        ? DiffResult.Compare(request.OldInputs, request.NewInputs, PropertyPath.Parse("name"))
        : DiffResult.Compare(request.OldInputs, request.NewInputs));

    public Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken) => Task.FromResult(new CreateResult(
        request.Preview ? "" : Guid.NewGuid().ToString(),
        request.Urn.Type == StackReference ? stacks.Read(request.Inputs.Find("name")) : request.Inputs.With("output", request.Inputs["input"])));

    public bool CanRefresh(Urn urn) => false;

    public Task<ReadResult?> ReadAsync(ReadRequest request, CancellationToken cancellationToken) => request.Urn.Type == StackReference
        ? Task.FromResult<ReadResult?>(new ReadResult(request.Id, stacks.Read(request.Inputs.Find("name") ?? request.Id)) { Inputs = request.Inputs })
        : throw new ProviderException($"{request.Urn.Type} cannot be looked up or imported: it lives in the state only.");

    // A stash keeps what it was first given.
    public Task<PropertyMap> UpdateAsync(UpdateRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(request.OldOutputs.TryGetValue("output", out var output) ? request.NewInputs.With("output", output) : request.NewInputs);

    public Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<InvokeResult> InvokeAsync(string token, PropertyMap arguments, CancellationToken cancellationToken) => Task.FromResult(new InvokeResult(
        token switch
        {
            ReadStackOutputs => stacks.Read(arguments.Find("name")),
            GetResource => Look(arguments.FindText("urn") ?? ""),
            _ => throw new ProviderException($"There is no function '{token}'."),
        },
        []));

    public string? FindId(Urn urn, PropertyMap inputs) => null;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string InputOf(string type) => type switch
    {
        StackReference => "name",
        Stash => "input",
        _ => throw new ProviderException($"There is no resource type '{type}'."),
    };

    private PropertyMap Look(string urn)
    {
        var state = Urn.TryParse(urn, out var parsed) ? find(parsed) : null;
        return state is null
            ? throw new ProviderException($"This update has no resource '{urn}'. Register it first.")
            : new PropertyMap([
                KeyValuePair.Create("urn", (PropertyValue)urn),
                KeyValuePair.Create("id", (PropertyValue)(state.Id ?? "")),
                KeyValuePair.Create("provider", (PropertyValue)(state.Provider ?? "")),
                KeyValuePair.Create("state", (PropertyValue)state.Outputs),
            ]);
    }
}
