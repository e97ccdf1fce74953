using System.Security.Cryptography;
using Scalelab.Engine.Properties;
using Scalelab.Engine.Providers.Command.Remote;

namespace Scalelab.Engine.Providers.Command;

/// <summary>Pulumi's command package: commands on this machine and on others, and copies to others. Changed <c>triggers</c> replace any of them.</summary>
internal sealed class CommandProvider : IProvider
{
    private const string RunToken = "command:local:run";

    private static readonly PropertyPath Triggers = PropertyPath.Parse("triggers");

    private readonly LocalCommand _local;
    private readonly Dictionary<string, ICommandResource> _resources;

    public CommandProvider(ProviderContext context)
    {
        _local = new LocalCommand(context);
        _resources = new Dictionary<string, ICommandResource>
        {
            [LocalCommand.Type] = _local,
            [RemoteCommand.Type] = new RemoteCommand(context),
            [CopyToRemote.Type] = new CopyToRemote(context, CopyToRemote.SourceKey),
            [CopyToRemote.FileType] = new CopyToRemote(context, CopyToRemote.FileKey),
        };
    }

    public Task<CheckResult> CheckAsync(CheckRequest request, CancellationToken cancellationToken) => Task.FromResult(_resources.TryGetValue(request.Urn.Type, out var resource)
        ? new CheckResult(request.NewInputs, resource.Check(request.NewInputs))
        : new CheckResult(request.NewInputs, [new CheckFailure("", $"the command provider has no such resource; it has {string.Join(", ", _resources.Keys)}.")]));

    public Task<DiffResult> DiffAsync(DiffRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(DiffResult.Compare(request.OldInputs, request.NewInputs, Triggers));

    public async Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        var id = request.Preview ? "" : $"{request.Urn.Name}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        return request.Preview
            ? new CreateResult(id, request.Inputs)
            : new CreateResult(id, await Of(request.Urn).CreateAsync(request.Urn, request.Inputs, request.Timeout, cancellationToken));
    }

    public bool CanRefresh(Urn urn) => false;

    public Task<ReadResult?> ReadAsync(ReadRequest request, CancellationToken cancellationToken) =>
        throw new ProviderException($"A command cannot be read: '{request.Urn.Name}'. Declare it instead.");

    public async Task<PropertyMap> UpdateAsync(UpdateRequest request, CancellationToken cancellationToken) => request.Preview
        ? request.NewInputs
        : await Of(request.Urn).UpdateAsync(request.Urn, request.OldOutputs, request.NewInputs, request.Timeout, cancellationToken);

    public Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) =>
        Of(request.Urn).DeleteAsync(request.Urn, request.Outputs, request.Inputs, request.Timeout, cancellationToken);

    public Task<InvokeResult> InvokeAsync(string token, PropertyMap arguments, CancellationToken cancellationToken) => token == RunToken
        ? _local.InvokeAsync(arguments, cancellationToken)
        : throw new ProviderException($"The command provider has no function '{token}'; it has {RunToken}.");

    // What a command does is not to be found by looking.
    public string? FindId(Urn urn, PropertyMap inputs) => null;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ICommandResource Of(Urn urn) => _resources.TryGetValue(urn.Type, out var resource)
        ? resource
        : throw new ProviderException($"The command provider does not know {urn.Type}, which the stack's state holds. Use the Pulumi CLI for this stack.");
}
