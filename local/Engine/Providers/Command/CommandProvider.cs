using System.Security.Cryptography;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Command;

/// <summary>
/// <c>command:local:Command</c>: runs <c>create</c>, <c>update</c> (else <c>create</c> again) and <c>delete</c>; changed <c>triggers</c>
/// replace it. <c>command:local:run</c>: runs a command at once, previews included.
/// </summary>
internal sealed class CommandProvider(ProviderContext context) : IProvider
{
    private const string CommandType = "command:local:Command";
    private const string RunToken = "command:local:run";

    private static readonly string[] CommonInputs = ["addPreviousOutputInEnv", "archivePaths", "assetPaths", "dir", "environment", "interpreter", "logging", "stdin"];
    private static readonly HashSet<string> CommandInputs = [.. CommonInputs, "create", "update", "delete", "triggers"];
    private static readonly HashSet<string> RunInputs = [.. CommonInputs, "command"];
    private static readonly PropertyPath Triggers = PropertyPath.Parse("triggers");

    public Task<CheckResult> CheckAsync(CheckRequest request, CancellationToken cancellationToken) => Task.FromResult(request.Urn.Type == CommandType
        ? new CheckResult(request.NewInputs, Check(request.NewInputs, CommandInputs))
        : new CheckResult(request.NewInputs, [new CheckFailure("", $"the embedded engine runs only {CommandType}. Run the program with the Pulumi CLI for {request.Urn.Type}.")]));

    public Task<DiffResult> DiffAsync(DiffRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(DiffResult.Compare(request.OldInputs, request.NewInputs, Triggers));

    public async Task<CreateResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken)
    {
        var id = request.Preview ? "" : $"{request.Urn.Name}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";
        return request.Preview
            ? new CreateResult(id, request.Inputs)
            : new CreateResult(id, await RunAsync(request.Urn, request.Inputs, request.Inputs.FindText("create"), previous: null, request.Timeout, cancellationToken));
    }

    public bool CanRefresh(Urn urn) => false;

    public Task<ReadResult?> ReadAsync(ReadRequest request, CancellationToken cancellationToken) =>
        throw new ProviderException($"A command cannot be read: '{request.Urn.Name}'. Declare it instead.");

    public async Task<PropertyMap> UpdateAsync(UpdateRequest request, CancellationToken cancellationToken) => request.Preview
        ? request.NewInputs
        : await RunAsync(
            request.Urn,
            request.NewInputs,
            request.NewInputs.FindText("update") ?? request.NewInputs.FindText("create"),
            request.OldOutputs,
            request.Timeout,
            cancellationToken);

    public Task DeleteAsync(DeleteRequest request, CancellationToken cancellationToken) =>
        RunAsync(request.Urn, request.Inputs, request.Inputs.FindText("delete"), request.Outputs, request.Timeout, cancellationToken);

    public async Task<InvokeResult> InvokeAsync(string token, PropertyMap arguments, CancellationToken cancellationToken)
    {
        if (token != RunToken)
        {
            throw new ProviderException($"The command provider has no function '{token}'; it has {RunToken}.");
        }

        var failures = Check(arguments, RunInputs);
        return failures.Count > 0
            ? new InvokeResult(PropertyMap.Empty, failures)
            : new InvokeResult(await RunAsync(urn: null, arguments, arguments.FindText("command"), previous: null, timeout: null, cancellationToken), []);
    }

    // What a command does is not to be found by looking.
    public string? FindId(Urn urn, PropertyMap inputs) => null;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static List<CheckFailure> Check(PropertyMap inputs, HashSet<string> known)
    {
        var failures = new List<CheckFailure>();
        foreach (var (key, value) in inputs)
        {
            if (!known.Contains(key))
            {
                failures.Add(new CheckFailure(key, "a local command has no such input; leave it out."));
            }
            else if (key is "assetPaths" or "archivePaths")
            {
                failures.Add(new CheckFailure(key, "not supported by the embedded engine. Have the command write files, and read them from there."));
            }
            else if (key == "logging" && value is StringValue { Value: not ("none" or "stdout" or "stderr" or "stdoutAndStderr") })
            {
                failures.Add(new CheckFailure(key, "must be one of none, stdout, stderr, stdoutAndStderr."));
            }
        }

        return failures;
    }

    private async Task<PropertyMap> RunAsync(Urn? urn, PropertyMap inputs, string? command, PropertyMap? previous, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var output = command is null
            ? new CommandOutput("", "")
            : await LocalProcess.RunAsync(urn, command, inputs, previous, timeout, context, cancellationToken);
        return inputs.With("stdout", output.Stdout).With("stderr", output.Stderr);
    }
}
